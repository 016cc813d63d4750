"""The command ``tajo-mapping``."""


def main() -> None:
    """Run the command."""
