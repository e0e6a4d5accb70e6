/** HTTP: one port for every server of the process, both protocol eras on the same address, and what operators watch. */
@NullMarked
package dev.millwright.transport.http;

import org.jspecify.annotations.NullMarked;
