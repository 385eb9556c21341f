# SPDX-FileCopyrightText: 2026 The Pecan authors
# SPDX-License-Identifier: BSD-2-Clause
# Reads platforms/<board>/board.json into BOARD_* variables.
set(PECAN_BOARD "" CACHE STRING "a directory under platforms/")
set(_json ${CMAKE_CURRENT_SOURCE_DIR}/platforms/${PECAN_BOARD}/board.json)
if(PECAN_BOARD STREQUAL "" OR NOT EXISTS ${_json})
  file(GLOB _boards RELATIVE ${CMAKE_CURRENT_SOURCE_DIR}/platforms
       ${CMAKE_CURRENT_SOURCE_DIR}/platforms/*/board.json)
  list(TRANSFORM _boards REPLACE "/board.json" "")
  message(FATAL_ERROR "PECAN_BOARD=${PECAN_BOARD} is no board; boards: ${_boards}")
endif()
file(READ ${_json} _board)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${_json})

foreach(_key arch cpu backend)
  string(JSON BOARD_${_key} GET "${_board}" ${_key})
endforeach()
foreach(_key sources defines user_defines)
  set(BOARD_${_key} "")
  string(JSON _n ERROR_VARIABLE _absent LENGTH "${_board}" ${_key})
  if(NOT _absent AND _n GREATER 0)
    math(EXPR _last "${_n} - 1")
    foreach(_i RANGE ${_last})
      string(JSON _item GET "${_board}" ${_key} ${_i})
      list(APPEND BOARD_${_key} "${_item}")
    endforeach()
  endif()
endforeach()
# Relative to the board's directory, which can so be copied whole.
set(_sources ${BOARD_sources})
set(BOARD_sources "")
foreach(_source ${_sources})
  file(RELATIVE_PATH _source ${CMAKE_CURRENT_SOURCE_DIR}
       ${CMAKE_CURRENT_SOURCE_DIR}/platforms/${PECAN_BOARD}/${_source})
  list(APPEND BOARD_sources ${_source})
endforeach()
