/* SPDX-FileCopyrightText: 2026 The Pecan authors
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef PECAN_MAP_TREE_H
#define PECAN_MAP_TREE_H
/*
 * What can be done with a mapping node and all derived from it (map_tree.c).
 *
 * Invariant: a child's page lies within its parent's, its kind is not above its
 * parent's, and its rights are among its parent's. Nothing here recurses, and
 * nothing costs more than the part of the tree it is about.
 */
#include "map_table.h"

/* Is n a root: sigma0's, standing for physical memory? */
bool node_is_root(const struct map_node *n);
/* The frame of n. */
paddr_t node_frame(const struct map_node *n);
/* A node for this mapping, charged to s, in no tree and no table; or NULL. */
struct map_node *node_new(struct space *s, word_t va, unsigned kind,
                          word_t rights) MUST_USE;
void node_free(struct map_node *n);
void node_link(struct map_node *parent, struct map_node *n);
/* Read and reset the hardware's status of n into the node, and pass what the
 * parent does not know on to it. */
void node_gather(struct map_node *n);

/* Take `rights` from everything derived from n, and with `self` from n, which
 * is gone afterwards if none are left. Result: n's own status, reset. */
word_t tree_revoke(struct map_node *n, word_t rights, bool self);
/* Give n and everything derived from it this attribute. */
void tree_set_attribute(struct map_node *n, word_t attribute);
/* Remove n and everything derived from it; its root too if that is not needed
 * any more. */
void tree_remove(struct map_node *n);
/* A root without children and without status has no reason to exist. */
void tree_settle_root(struct map_node *root);
/* n moves to where `target`, a fresh node in no tree, is, and loses its own
 * place; its derived mappings stay derived from it. */
void tree_grant(struct map_node *n, struct map_node *target);
/* Replace n by nodes of the next smaller kind. Whoever has a mapping as large
 * as n derived from n gets it split too, or loses it when his memory has run
 * out. Result: false if n is of the smallest kind, or its own memory has. */
bool tree_split(struct map_node *n) MUST_USE;
/* A root of this kind in place of all smaller ones in its page, or NULL. */
struct map_node *tree_root(paddr_t pa, unsigned kind) MUST_USE;

#endif
