"""The account itself and its background processes."""

from tajo_sandbox.brevo.answers import Answer, absent
from tajo_sandbox.brevo.api.call import Call
from tajo_sandbox.brevo.state.account import OWNER_EMAIL


def read(call: Call) -> Answer:
    """``GET /account``."""
    return Answer(
        200,
        {
            "organization_id": call.account.organization_id,
            "user_id": 1,
            "enterprise": False,
            "companyName": "Sandbox",
            "email": OWNER_EMAIL,
            "firstName": "Ada",
            "lastName": "Example",
            "address": {
                "street": "1 Example Street",
                "city": "Paris",
                "zipCode": "75001",
                "country": "France",
            },
            "dateTimePreferences": {
                "timezone": "Europe/Paris",
                "timeFormat": "24h",
                "dateFormat": "dd/mm/yyyy",
            },
            "plan": [{"type": "free", "credits": 300, "creditsType": "sendLimit"}],
            "relay": {
                "enabled": True,
                "data": {"userName": OWNER_EMAIL, "relay": "smtp-relay.example.com", "port": 587},
            },
            "marketingAutomation": {"enabled": True, "key": "sandbox"},
        },
    )


def read_process(call: Call) -> Answer:
    """``GET /processes/{processId}``."""
    process = call.account.processes.get(call.path_number("processId"))
    if process is None:
        raise absent("Process not found")
    return Answer(200, process.shown(call.base_url))


def read_processes(call: Call) -> Answer:
    """``GET /processes``: at most 50, newest first."""
    processes = list(call.account.processes.values())
    page = call.page(processes, 10, 50)
    shown = [each.shown(call.base_url) for each in page]
    return Answer(200, {"processes": shown, "count": len(processes)})
