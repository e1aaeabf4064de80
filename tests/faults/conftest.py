from tests.intake.conftest import _fresh_intake

__all__ = ["_fresh_intake"]
