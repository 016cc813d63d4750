"""Commands for people: what was refused, what is held of somebody, what a run would do."""
