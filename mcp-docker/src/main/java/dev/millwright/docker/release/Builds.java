package dev.millwright.docker.release;

import dev.millwright.tool.Call;

/** What builds an image of a context in the tenant's folders. */
@FunctionalInterface
public interface Builds {
    /**
     * Builds it.
     *
     * @return the id of the image
     * @throws dev.millwright.tool.ToolException when it does not build, saying which step failed and why
     */
    String build(Checklist.Build build, Call call) throws Exception;
}
