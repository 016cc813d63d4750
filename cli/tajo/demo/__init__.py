"""The main job on the embedded sandbox: `python -m tajo.demo`, which `make demo` calls."""
