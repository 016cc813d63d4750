"""Stand-ins for Brevo and the platforms: run one side or both, look at what happened.

``running()`` is the way in for tests, the command ``tajo-sandbox serve`` for people.
"""

from tajo_sandbox.both import Sandbox
from tajo_sandbox.running import Ports, running

__all__ = ["Ports", "Sandbox", "running"]
