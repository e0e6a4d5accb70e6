package dev.millwright.docker.release;

import dev.millwright.tool.Call;
import java.util.Optional;

/** What builds an image of a context in the tenant's folders. */
@FunctionalInterface
public interface Builds {
    /**
     * Builds it.
     *
     * @param name that the image gets; empty for none
     * @return that name, else the id of the image
     * @throws dev.millwright.tool.ToolException when it does not build, saying which step failed and why
     */
    String build(Checklist.Build build, Optional<String> name, Call call) throws Exception;
}
