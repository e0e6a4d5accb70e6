/** Other repositories: the addresses that are understood, the hosts that are allowed, and the ways to them. */
@NullMarked
package dev.millwright.git.remote;

import org.jspecify.annotations.NullMarked;
