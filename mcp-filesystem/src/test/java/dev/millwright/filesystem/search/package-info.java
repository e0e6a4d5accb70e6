@NullMarked
package dev.millwright.filesystem.search;

import org.jspecify.annotations.NullMarked;
