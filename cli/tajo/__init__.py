"""What a person sees and starts: live progress inside `meltano run`, the demo, its report."""
