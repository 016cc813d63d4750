"""The gate: no state before everything in front of it is closed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tajo_connector_sdk.errors import RunError
from target_brevo.gate import Gate
from target_brevo.tally import Tally


@given(st.data())
def test_a_state_never_leaves_before_a_ticket_in_front_of_it_is_closed(data):
    gate, opened, states, released = Gate(), {}, [], -1
    for step in range(data.draw(st.integers(0, 60))):
        action = data.draw(st.sampled_from(["open", "close", "state", "release"]))
        if action == "open":
            opened[step] = (gate.open(), len(states))
        elif action == "state":
            states.append(str(len(states)).encode())
            gate.state(states[-1])
        elif action == "close" and opened:
            key = data.draw(st.sampled_from(sorted(opened)))
            ticket, _ = opened.pop(key)
            gate.close(ticket)
        elif action == "release":
            line = gate.released()
            allowed = min((before for _, before in opened.values()), default=len(states)) - 1
            if line is None:
                assert allowed <= released
            else:
                assert int(line) == allowed > released
                released = int(line)
    assert gate.waiting == len(opened)


def test_figures_that_do_not_add_up_are_an_error():
    tally = Tally()
    tally.made("customers", "contact")
    tally.made("customers", "contact")
    tally.settle("customers", "contact", "sent")
    with pytest.raises(RunError, match="2 made, but only 1 accounted for"):
        tally.check()


def test_a_ticket_is_closed_once():
    gate = Gate()
    ticket = gate.open()
    gate.close(ticket)
    with pytest.raises(ValueError, match="not open"):
        gate.close(ticket)
