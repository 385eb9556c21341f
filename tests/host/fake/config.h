/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#define CONFIG_DEBUG       1
#define CONFIG_TAILORED    0
#define CONFIG_IPC_PAD     0
#define CONFIG_CONSOLE_IRQ 4
#define PECAN_VERSION      "1.2.3"
#define BOARD_NAME         "fake"
#define BOARD_CPU          "host"
#define BOARD_BACKEND      "none"
