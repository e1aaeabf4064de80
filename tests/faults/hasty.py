"""`textmeter`, but it loses patience with the database after so many seconds as HASTY says, so that tests
needn't wait as long as carriers do."""

import os

from textmeter.intake import receipts

receipts.PATIENCE = float(os.environ["HASTY"])

if __name__ == "__main__":
    from textmeter.cli.main import main

    main()
