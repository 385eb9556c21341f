/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
/*
 * The mapping tree where caches know memory by its virtual address.
 * page rights: 6
 * shared attribute: 5
 * sources: generic/map.c generic/map_tree.c generic/map_table.c generic/kmem.c
 * tests/host/fake/fake.c tests/host/map_model.c
 */
#include "test_map.c"
