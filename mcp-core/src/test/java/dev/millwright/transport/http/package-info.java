@NullMarked
package dev.millwright.transport.http;

import org.jspecify.annotations.NullMarked;
