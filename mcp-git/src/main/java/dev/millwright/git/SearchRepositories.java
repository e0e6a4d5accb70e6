package dev.millwright.git;

import static dev.millwright.tool.ToolSpec.reads;

import dev.millwright.git.config.CodeHost;
import dev.millwright.git.find.CodeHosts;
import dev.millwright.git.find.Found;
import dev.millwright.git.find.HostPage;
import dev.millwright.git.find.LocalSearch;
import dev.millwright.git.find.Wanted;
import dev.millwright.git.repo.RepoText;
import dev.millwright.git.repo.Repositories;
import dev.millwright.json.Doc;
import dev.millwright.json.Json;
import dev.millwright.tool.Budgeted;
import dev.millwright.tool.Call;
import dev.millwright.tool.Cursor;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolException;
import dev.millwright.tool.ToolSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Finds repositories: the tenant's own, or those of a host of code. */
final class SearchRepositories implements Tool<SearchRepositories.Input, SearchRepositories.Output> {
    record Input(
            @Doc(value = "Words in path, remote, branch, language or last commit.", orElse = "")
            String query,

            Optional<String> language,
            @Doc("Text in a file.") Optional<String> content,

            @Doc(value = "Folders.", orElse = "[]") List<String> roots,

            @Doc("A configured one; else local.") Optional<String> host,

            @Doc(value = "", min = 1, max = 100, orElse = "20")
            int limit,

            Optional<String> cursor,
            OptionalInt maxTokens)
            implements Budgeted {}

    record Output(List<Found> repositories, Optional<String> note, Optional<String> cursor, String integrity) {}

    static final ToolSpec<Input, Output> SPEC = reads("search_repositories", Input.class, Output.class)
            .description("Find repositories, local or on a code host.")
            .scopes("git:read")
            .openWorld();

    /** Bytes of JSON around the repositories. */
    private static final int FRAME = 500;

    /** Where a page begins: of a host, in one of its pages after so many; of local ones, after a path. */
    record Place(int page, int skip, String after) {}

    private final Repositories repositories;
    private final CodeHosts hosts;

    SearchRepositories(Repositories repositories, CodeHosts hosts) {
        this.repositories = repositories;
        this.hosts = hosts;
    }

    @Override
    public ToolSpec<Input, Output> spec() {
        return SPEC;
    }

    @Override
    public Output call(Input input, Call call) throws InterruptedException {
        if (input.content().filter(String::isEmpty).isPresent()) {
            throw ToolException.invalidInput("/content must not be empty");
        }
        Wanted wanted = new Wanted(input.query(), input.language(), input.content());
        String question = String.join(
                "\0",
                "search_repositories",
                call.tenant().name(),
                Json.write(wanted),
                Json.write(input.roots().toString()),
                input.host().orElse(""),
                Integer.toString(input.limit()));
        Place place = input.cursor()
                .map(cursor -> Cursor.read(cursor, Place.class, question))
                .orElse(new Place(1, 0, ""));
        int room = Math.max(500, call.budget() * 4 - FRAME);
        return input.host().isPresent()
                ? remote(input, call, wanted, place, room, question)
                : local(input, call, wanted, place, room, question);
    }

    private Output local(Input input, Call call, Wanted wanted, Place place, int room, String question) {
        LocalSearch.Page page =
                new LocalSearch(repositories, call, wanted).below(input.roots(), place.after(), input.limit(), room);
        return new Output(
                page.found(),
                page.complete()
                        ? Optional.empty()
                        : Optional.of("not all folders were looked into; name fewer in roots"),
                page.last().map(path -> Cursor.of(new Place(1, 0, path), question)),
                RepoText.INTEGRITY);
    }

    private Output remote(Input input, Call call, Wanted wanted, Place place, int room, String question)
            throws InterruptedException {
        String name = input.host().orElseThrow();
        if (!input.roots().isEmpty()) {
            throw ToolException.invalidInput("/roots are folders here; leave them out with host");
        }
        Map<String, CodeHost> known = repositories.reach(call.tenant()).hosting();
        CodeHost host = Optional.ofNullable(known.get(name))
                .orElseThrow(() -> ToolException.notFound("/host %s is not configured; configured: %s"
                        .formatted(
                                RepoText.line(name, 100),
                                known.isEmpty() ? "none" : String.join(", ", known.keySet()))));
        HostPage page = hosts.search(call, name, host, wanted, input.limit(), place.page());
        List<Found> fitting = new ArrayList<>();
        int left = room;
        for (Found found : page.repositories()
                .subList(
                        Math.min(place.skip(), page.repositories().size()),
                        page.repositories().size())) {
            left -= Json.size(Json.tree(found)) + 1;
            if (left < 0 && !fitting.isEmpty()) {
                break;
            }
            fitting.add(found);
        }
        int shown = place.skip() + fitting.size();
        Optional<Place> next = shown < page.repositories().size()
                ? Optional.of(new Place(place.page(), shown, ""))
                : page.more() ? Optional.of(new Place(place.page() + 1, 0, "")) : Optional.empty();
        return new Output(fitting, Optional.empty(), next.map(begin -> Cursor.of(begin, question)), RepoText.INTEGRITY);
    }
}
