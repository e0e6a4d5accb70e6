/** What tests of every module share. */
@NullMarked
package dev.millwright.testing;

import org.jspecify.annotations.NullMarked;
