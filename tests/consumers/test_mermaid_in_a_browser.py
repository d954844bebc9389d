"""The flowchart in the hands of Mermaid itself: `MERMAID_JS` names its `mermaid.min.js`, Chromium runs it."""

from __future__ import annotations

import dataclasses
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hostile_fleet import NAMES, hostile

from orchestra_compiler.emitters import mermaid
from orchestra_compiler.emitters.plain_text import cut
from orchestra_compiler.model import Agent, Fleet

PAGE = """<!doctype html><meta charset="utf-8"><pre id="said">waiting</pre><script src="%s"></script><script>
(async () => {
  const said = [];
  mermaid.initialize({startOnLoad: false, securityLevel: "strict"});
  for (const [name, text] of Object.entries(%s)) {
    try {
      const box = document.createElement("div");
      box.innerHTML = (await mermaid.render("m" + said.length, text)).svg;
      const labels = [...box.querySelectorAll(".node .nodeLabel, .node text")].map(each => each.textContent.trim());
      said.push([name, "drawn", labels, box.querySelectorAll("script").length]);
    } catch (error) { said.push([name, String(error), [], 0]); }
  }
  document.getElementById("said").textContent = "SAID" + btoa(unescape(encodeURIComponent(JSON.stringify(said)))) + "END";
})();
</script>"""


def test_mermaid_draws_every_flowchart(fleet: Fleet, tmp_path: Path) -> None:
    import base64

    script, browser = os.environ.get("MERMAID_JS", ""), shutil.which("chromium")
    if not script or browser is None:
        pytest.skip("MERMAID_JS names no mermaid.min.js, or Chromium is not installed")
    crowd = tuple(
        Agent(name=f"a{n}", description="", prompt="", tier="routine", handoffs=tuple(f"a{n + m}" for m in range(1, 5)))
        for n in range(200)
    )
    fleets = {"small": fleet, "hostile": hostile(fleet), "crowd": dataclasses.replace(fleet, agents=crowd)}
    data = json.dumps({name: mermaid.render(each) for name, each in fleets.items()}).replace("</", "<\\/")
    page = tmp_path / "page.html"
    page.write_text(PAGE % (Path(script).resolve().as_uri(), data))
    command = [browser, "--headless", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files"]
    command += [f"--user-data-dir={tmp_path / 'profile'}", "--virtual-time-budget=90000", "--dump-dom", page.as_uri()]
    dom = subprocess.run(command, capture_output=True, timeout=120, check=True).stdout.decode()
    found = re.search(r"SAID(.*?)END</pre>", dom)
    assert found is not None, dom[:500]
    said = {name: (result, labels, scripts) for name, result, labels, scripts in json.loads(base64.b64decode(found[1]))}
    assert {name: result for name, (result, _, _) in said.items()} == dict.fromkeys(fleets, "drawn")
    assert all(scripts == 0 for _, _, scripts in said.values())
    assert set(said["small"][1]) == {"lead", "reader", "writer"}
    assert set(said["hostile"][1]) == {cut(name, 60) for name in NAMES}
