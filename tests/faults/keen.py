"""`textmeter`, but a rebuild compares in a process beside it, and an import has its file read by one, however
little there is to do."""

if __name__ == "__main__":
    from textmeter.cli.ground import set_up_django

    set_up_django()

    from textmeter.cli.main import main
    from textmeter.intake import import_csv
    from textmeter.ledger import beside

    beside.WORTH_A_PROCESS = 0
    import_csv.WORTH_A_PROCESS = 0
    main()
