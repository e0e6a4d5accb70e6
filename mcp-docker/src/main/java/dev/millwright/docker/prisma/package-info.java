/** Whether Prisma's engines, and other native modules, can run in an image. */
@NullMarked
package dev.millwright.docker.prisma;

import org.jspecify.annotations.NullMarked;
