"""Runs Home Assistant's core with its MQTT integration and the automations of a file, without its web pages.

    run_home_assistant.py BROKER_PORT AUTOMATIONS_YAML

Prints JSON lines: the state of every entity of MQTT when it changes, each run of an automation, and each action that it calls. Ends when
its stdin ends.
"""
import asyncio
import json
import shutil
import sys
import tempfile

import yaml
from homeassistant import bootstrap, config_entries, loader
from homeassistant.auth import auth_manager_from_config
from homeassistant.const import EVENT_STATE_CHANGED, __version__
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component


def say(**what):
    print(json.dumps(what), flush=True)


async def start(folder, port, automations):
    hass = HomeAssistant(folder)
    loader.async_setup(hass)
    # All packages are installed already, so Home Assistant must not download any.
    hass.config.skip_pip = True
    hass.config_entries = config_entries.ConfigEntries(hass, {})
    await bootstrap.async_load_base_functionality(hass)
    hass.auth = await auth_manager_from_config(hass, [], [])

    # Record the actions that the guide's automation calls: this home has no lamps and phones.
    def record(call):
        say(action=f"{call.domain}.{call.service}", data=call.data.get("title"))

    hass.services.async_register("light", "turn_on", record)
    hass.services.async_register("notify", "notify", record)

    def changed(event):
        entity, old, new = (event.data[key] for key in ("entity_id", "old_state", "new_state"))
        if new is not None and (old is None or old.state != new.state):
            say(entity=entity, state=new.state)

    hass.bus.async_listen(EVENT_STATE_CHANGED, changed)
    hass.bus.async_listen("automation_triggered", lambda event: say(automation=event.data["name"]))

    await async_setup_component(hass, "homeassistant", {})
    await hass.config_entries.async_add(
        config_entries.ConfigEntry(
            domain="mqtt",
            title="Mosquitto",
            data={"broker": "127.0.0.1", "port": port},
            options={},
            source=config_entries.SOURCE_USER,
            unique_id=None,
            version=1,
            minor_version=2,
            discovery_keys={},
            subentries_data=None,
        )
    )
    if not await async_setup_component(hass, "automation", automations):
        raise RuntimeError("Home Assistant rejected the automations")
    await hass.async_start()
    say(started=__version__)
    return hass


async def main(port, path):
    with open(path, encoding="utf-8") as file:
        automations = yaml.safe_load(file)
    with tempfile.TemporaryDirectory() as folder:
        # The MQTT integration needs a configuration.yaml.
        shutil.copy(path, f"{folder}/configuration.yaml")
        hass = await start(folder, port, automations)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
        await hass.async_stop(force=True)


asyncio.run(main(int(sys.argv[1]), sys.argv[2]))
