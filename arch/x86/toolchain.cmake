# SPDX-FileCopyrightText: 2026 The Pecan authors
# SPDX-License-Identifier: BSD-2-Clause
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR i686)
# Without the cross compiler the machine's own, where it has a 32-bit libgcc.
find_program(PECAN_CC NAMES i686-linux-gnu-gcc gcc)
find_program(PECAN_OBJCOPY NAMES i686-linux-gnu-objcopy objcopy)
set(CMAKE_C_COMPILER ${PECAN_CC})
# A C++ compiler is not needed here, only by users: the machine's own will do.
find_program(PECAN_CXX NAMES i686-linux-gnu-g++ g++)
set(CMAKE_CXX_COMPILER ${PECAN_CXX})
set(CMAKE_CXX_FLAGS_INIT -m32)
set(CMAKE_ASM_COMPILER ${PECAN_CC})
set(CMAKE_OBJCOPY ${PECAN_OBJCOPY})
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
