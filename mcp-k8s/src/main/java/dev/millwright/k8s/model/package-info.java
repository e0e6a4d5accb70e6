/** Typed views of the objects of a cluster over their JSON; nothing is copied and nothing filled in. */
@NullMarked
package dev.millwright.k8s.model;

import org.jspecify.annotations.NullMarked;
