"""Checks MQTT discovery messages with Home Assistant's own schemas.

Reads JSON lines {"topic", "payload"} from stdin. `.ci/install-home-assistant.sh` installs the packages that it needs.
"""
import asyncio
import importlib
import json
import sys
import tempfile

import homeassistant.const
import voluptuous as vol
from homeassistant.core import HomeAssistant
from homeassistant.helpers import frame

# Options of the device that are copied to each of its entities (Home Assistant 2024.12 and newer do this themselves).
SHARED = ("availability_topic", "qos", "device", "origin")
# Remove two keys before the check, because it refuses unknown keys: the schema of one platform does not contain "platform", and
# "default_entity_id" is newer (2025.10) than the installed version.
NEWER = {"platform", "default_entity_id"}


def strict(schema):
    """Makes a schema refuse unknown keys of discovery messages, which Home Assistant itself ignores."""
    if isinstance(schema, vol.All):
        return vol.All(*[strict(each) for each in schema.validators])
    return schema.extend({}, extra=vol.PREVENT_EXTRA) if isinstance(schema, vol.Schema) else schema


def check(topic, payload):
    message = json.loads(payload)
    shared = {key: message[key] for key in SHARED if key in message}
    for name, component in message["components"].items():
        module = importlib.import_module(f"homeassistant.components.mqtt.{component['platform']}")
        config = {key: value for key, value in component.items() if key not in NEWER}
        schema = getattr(module, "PLATFORM_SCHEMA_MODERN")
        strict(schema)({**shared, **config})
        yield name


async def main():
    # Home Assistant validates templates only inside a running instance.
    with tempfile.TemporaryDirectory() as folder:
        frame.async_setup(HomeAssistant(folder))
        for line in sys.stdin:
            message = json.loads(line)
            names = list(check(message["topic"], message["payload"]))
            print(f"{homeassistant.const.__version__} accepts {len(names)} entities of {message['topic']}")


asyncio.run(main())
