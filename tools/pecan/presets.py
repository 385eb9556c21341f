# SPDX-FileCopyrightText: 2026 The Pecan authors
# SPDX-License-Identifier: BSD-2-Clause
"""CMakePresets.json, generated from the boards."""

import json
import os

import boards

PATH = os.path.join(boards.TOP, "CMakePresets.json")


def text(names=None):
    names = names or boards.names()
    configure, build, test, workflow = [], [], [], []
    for name in names:
        configure.append({
            "name": name, "generator": "Ninja",
            "displayName": boards.load(name)["title"],
            "binaryDir": "${sourceDir}/build/preset-" + name,
            "cacheVariables": {"PECAN_BOARD": name},
        })
        # Only here: a stranger's compiler may know more warnings.
        configure.append({
            "name": name + "-test", "inherits": name,
            "binaryDir": "${sourceDir}/build/preset-%s-test" % name,
            "cacheVariables": {"PECAN_WERROR": "ON"},
        })
        for variant in (name, name + "-test"):
            build.append({"name": variant, "configurePreset": variant})
            test.append({"name": variant, "configurePreset": variant,
                         "output": {"outputOnFailure": True},
                         "execution": {"noTestsAction": "error"}})
            workflow.append({"name": variant, "steps": [
                {"type": kind, "name": variant}
                for kind in ("configure", "build", "test")]})
    presets = {"version": 6,
               "cmakeMinimumRequired": {"major": 3, "minor": 25},
               "configurePresets": configure, "buildPresets": build,
               "testPresets": test, "workflowPresets": workflow}
    return json.dumps(presets, indent=2) + "\n"


def write():
    with open(PATH, "w", encoding="utf-8") as f:
        f.write(text())


def current():
    if not os.path.exists(PATH):
        return False
    with open(PATH, encoding="utf-8") as f:
        return f.read() == text()
