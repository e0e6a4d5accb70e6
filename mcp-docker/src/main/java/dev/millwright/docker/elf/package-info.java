/** What a native binary asks of the system it runs on. */
@NullMarked
package dev.millwright.docker.elf;

import org.jspecify.annotations.NullMarked;
