package dev.millwright.filesystem;

import dev.millwright.filesystem.text.TextFormat;
import dev.millwright.tool.Call;
import dev.millwright.tool.Content.ResourceContent;
import dev.millwright.tool.Resources;
import dev.millwright.tool.Tenant;
import dev.millwright.tool.ToolException;
import dev.millwright.workspace.EntryType;
import dev.millwright.workspace.Folder;
import dev.millwright.workspace.Root;
import dev.millwright.workspace.Stat;
import dev.millwright.workspace.Target;
import dev.millwright.workspace.Version;
import dev.millwright.workspace.Workspace;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The files of a workspace as {@code file:} resources, in the order of their paths; what Git keeps is left out. */
final class FileResources implements Resources {
    private static final int PAGE = 100;
    private static final int COMPLETIONS = 100;
    private static final int DEPTH = 100;
    private static final String AFTER = "after:";

    private final Workspaces workspaces;

    FileResources(Workspaces workspaces) {
        this.workspaces = workspaces;
    }

    @Override
    public String scheme() {
        return "file";
    }

    @Override
    public List<String> scopes() {
        return List.of("fs:read");
    }

    @Override
    public List<Template> templates() {
        return List.of(new Template(
                "file:///{+path}",
                "File",
                "A file of the workspace, by its path: absolute, or relative to the root.",
                "application/octet-stream"));
    }

    @Override
    public Page list(Optional<String> cursor, Call call) {
        Workspace workspace = workspaces.of(call.tenant());
        String after = cursor.map(FileResources::after).orElse("");
        Listing listing = new Listing(workspace, after);
        List<Root> roots = workspace.roots().stream()
                .sorted(Comparator.comparing(root -> root.name() + "/"))
                .toList();
        for (Root root : roots) {
            String name = workspace.shown(root, "");
            listing.add(workspace.folder(workspace.at(root, "")), root, "", name.equals(".") ? "" : name, DEPTH);
        }
        Optional<String> next = listing.more ? Optional.of(AFTER + listing.last) : Optional.empty();
        return new Page(listing.found, next);
    }

    private static String after(String cursor) {
        if (!cursor.startsWith(AFTER)) {
            throw ToolException.invalidInput("the cursor is none that this list gave");
        }
        return cursor.substring(AFTER.length());
    }

    /** A page of files, depth first, names sorted; paths up to and with {@code after} are passed over. */
    private static final class Listing {
        private final Workspace workspace;
        private final String after;
        private final List<Resource> found = new ArrayList<>();
        private String last = "";
        private boolean more;

        Listing(Workspace workspace, String after) {
            this.workspace = workspace;
            this.after = after;
        }

        void add(Folder opened, Root root, String path, String shown, int depth) {
            try (Folder folder = opened) {
                Map<String, EntryType> entries = new TreeMap<>();
                folder.entries((name, type) -> {
                    // A slash after a folder's name puts what it holds where its path sorts.
                    entries.put(type == EntryType.FOLDER ? name + "/" : name, type);
                    return true;
                });
                for (Map.Entry<String, EntryType> entry : entries.entrySet()) {
                    String name = entry.getKey().replace("/", "");
                    String below = path.isEmpty() ? name : path + "/" + name;
                    String full = shown.isEmpty() ? name : shown + "/" + name;
                    if (more || name.equals(".git") || workspace.isOurs(root, below)) {
                        continue;
                    } else if (entry.getValue() == EntryType.FOLDER && depth > 0) {
                        if (after.startsWith(full + "/") || (full + "/").compareTo(after) > 0) {
                            descend(folder, name, root, below, full, depth);
                        }
                    } else if (entry.getValue() == EntryType.FILE && full.compareTo(after) > 0) {
                        file(folder, name, root, below, full);
                    }
                }
            }
        }

        private void descend(Folder folder, String name, Root root, String below, String full, int depth) {
            Folder inner;
            try {
                inner = folder.folder(name);
            } catch (ToolException e) {
                // Not ours to read, or gone meanwhile: the rest is listed.
                return;
            }
            add(inner, root, below, full, depth - 1);
        }

        private void file(Folder folder, String name, Root root, String below, String full) {
            if (found.size() == PAGE) {
                more = true;
                return;
            }
            last = full;
            Optional<Long> size = folder.stat(name).map(Stat::size);
            found.add(new Resource(uri(root, below), full, "", Media.typeOf(name), size));
        }
    }

    private static String uri(Root root, String path) {
        try {
            String location = root.location().toString();
            return new URI("file", "", (location.equals("/") ? "" : location) + "/" + path, null).toASCIIString();
        } catch (URISyntaxException e) {
            throw ToolException.internal("no URI for " + path, e);
        }
    }

    @Override
    public List<ResourceContent> read(String uri, Call call) {
        Workspace workspace = workspaces.of(call.tenant());
        Target target = target(workspace, uri);
        try (FileView view = FileView.of(workspace, target, Optional.empty())) {
            int most = workspaces.config().maxMediaBytes();
            if (view.size() > most) {
                throw ToolException.limit(
                        "%s has %d bytes; resources are read up to %d (max-media-bytes), read_file reads parts"
                                .formatted(target, view.size(), most));
            }
            byte[] content = view.isWhole() ? view.start() : Version.all(view.file(), most);
            if (view.format().isPresent()) {
                TextFormat format = view.format().get();
                String text = new String(content, format.bom(), content.length - format.bom(), format.charset());
                return List.of(ResourceContent.text(uri, Media.typeOf(target.path()), text));
            }
            String type = Media.typeOf(view.start()).orElse("application/octet-stream");
            return List.of(ResourceContent.blob(uri, type, content));
        }
    }

    @Override
    public Optional<String> version(String uri, Tenant tenant) {
        try {
            Workspace workspace = workspaces.of(tenant);
            Stat stat = workspace.stat(target(workspace, uri));
            return Optional.of("%d %d %d".formatted(stat.inode(), stat.size(), stat.modifiedNanos()));
        } catch (ToolException e) {
            // Gone, or not to be reached now: as good as not there.
            return Optional.empty();
        }
    }

    private static Target target(Workspace workspace, String uri) {
        String path;
        try {
            URI parsed = new URI(uri);
            path = parsed.getPath();
            if (!"file".equals(parsed.getScheme()) || path == null || path.length() < 2) {
                throw ToolException.notFound(uri + " is no file of this workspace");
            }
        } catch (URISyntaxException e) {
            throw ToolException.invalidInput(uri + " is not a URI: " + e.getReason());
        }
        boolean absolute = workspace.roots().stream().anyMatch(root -> path.startsWith(root.location() + "/"));
        return workspace.at(absolute ? path : path.substring(1));
    }

    @Override
    public List<String> complete(String uriTemplate, String variable, String typed, Call call) {
        return complete(workspaces.of(call.tenant()), typed);
    }

    /** Paths that begin with what was typed; folders end with a slash. */
    static List<String> complete(Workspace workspace, String typed) {
        int slash = typed.lastIndexOf('/');
        String above = slash < 0 ? "" : typed.substring(0, slash + 1);
        String begun = typed.substring(slash + 1);
        List<String> values = new ArrayList<>();
        if (above.isEmpty() && workspace.roots().size() > 1) {
            workspace.roots().stream()
                    .map(root -> root.name() + "/")
                    .filter(name -> name.startsWith(begun))
                    .forEach(values::add);
            return values;
        }
        try (Folder folder = workspace.folder(workspace.at(above.isEmpty() ? "." : above))) {
            folder.entries((name, type) -> {
                if (name.startsWith(begun)) {
                    values.add(above + name + (type == EntryType.FOLDER ? "/" : ""));
                }
                return true;
            });
        } catch (ToolException e) {
            // What is typed leads nowhere yet.
            return List.of();
        }
        values.sort(null);
        return values.size() <= COMPLETIONS ? values : List.copyOf(values.subList(0, COMPLETIONS));
    }
}
