package dev.millwright.git.repo;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.BaseRepositoryBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.ProgressMonitor;
import org.eclipse.jgit.lib.RefDatabase;
import org.eclipse.jgit.storage.file.FileBasedConfig;
import org.jspecify.annotations.Nullable;

/** A repository whose configuration, and whose alternates, are those that passed the opening check. */
class GuardedRepository extends FileRepository {
    /** Null while the constructor of JGit runs, which already asks for it. */
    private volatile @Nullable MemoryConfig checked;

    /** Whether objects may be missing that a remote promised. */
    private volatile boolean partial;

    private final Layout layout;
    private final List<Path> roots;
    private final long mostReceived;

    private GuardedRepository(Layout layout, List<Path> roots, long mostReceived) throws IOException {
        super(new Parts(layout, roots));
        this.layout = layout;
        this.roots = roots;
        this.mostReceived = mostReceived;
    }

    /**
     * @param roots what JGit may reach
     * @param mostReceived bytes of one pack that a remote sends
     */
    static GuardedRepository open(Layout layout, List<Path> roots, long mostReceived) throws IOException {
        QuietSystem.install();
        GuardedRepository opened = new GuardedRepository(layout, roots, mostReceived);
        opened.use(layout.settings());
        return opened;
    }

    @Override
    public FileBasedConfig getConfig() {
        MemoryConfig known = checked;
        return known == null ? super.getConfig() : known;
    }

    /** From now on. */
    void use(Settings settings) {
        MemoryConfig config = settings.effective();
        config.addChangeListener(this::fireEvent);
        checked = config;
        partial = settings.partial();
    }

    /** The same objects and configuration, and no refs: what talks to a remote for it does not tell what is here. */
    GuardedRepository withoutRefs() throws IOException {
        RefDatabase none = new NoRefs();
        GuardedRepository twin = new GuardedRepository(layout, roots, mostReceived) {
            @Override
            public RefDatabase getRefDatabase() {
                return none;
            }
        };
        twin.checked = checked;
        return twin;
    }

    @Override
    public ObjectReader newObjectReader() {
        ObjectReader objects = super.newObjectReader();
        return partial ? new PromisedReader(objects) : objects;
    }

    @Override
    public ObjectInserter newObjectInserter() {
        return new Received(super.newObjectInserter(), mostReceived);
    }

    @Override
    public void autoGC(ProgressMonitor monitor) {
        // Only git_maintain tidies up.
    }

    /** Says where everything is, so that JGit searches for nothing. */
    private static final class Parts extends BaseRepositoryBuilder<Parts, GuardedRepository> {
        private final File[] alternates;

        Parts(Layout layout, List<Path> roots) {
            alternates = layout.alternates().stream().map(Path::toFile).toArray(File[]::new);
            setFS(new NoExecFs(roots));
            setGitDir(layout.gitDir().toFile());
            setGitCommonDir(layout.commonDir().toFile());
            setObjectDirectory(layout.commonDir().resolve(Constants.OBJECTS).toFile());
            if (layout.workTree().isPresent()) {
                setWorkTree(layout.workTree().get().toFile());
                setIndexFile(layout.gitDir().resolve("index").toFile());
            } else {
                setBare();
            }
        }

        /** Never null: else JGit reads the list from the repository again. */
        @Override
        public File[] getAlternateObjectDirectories() {
            return alternates.clone();
        }
    }
}
