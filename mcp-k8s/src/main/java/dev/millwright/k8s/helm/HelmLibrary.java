package dev.millwright.k8s.helm;

import com.fasterxml.jackson.databind.JsonNode;
import com.marcnuri.helm.InstallCommand;
import com.marcnuri.helm.UpgradeCommand;
import com.marcnuri.helm.jni.HelmLib;
import com.marcnuri.helm.jni.NativeLibrary;
import com.sun.jna.Native;
import dev.millwright.json.Json;
import dev.millwright.k8s.api.Cluster;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Helm itself, as a native library: renders a chart as {@code helm install} or {@code helm upgrade} would for this very
 * cluster, with its capabilities, its {@code lookup}s and the values of the release before. Nothing of it is loaded
 * before the first chart; it is loaded once in a process, and does one thing at a time, because it exchanges the
 * standard streams while it works.
 */
public final class HelmLibrary implements AutoCloseable {
    /** Whose values an upgrade begins with. */
    public enum Reuse {
        /** The chart's, then those of the last release, then the given. */
        RESET_THEN_REUSE,
        /** Those of the last release with the old chart's, then the given. */
        REUSE,
        /** The chart's, then the given. */
        RESET
    }

    /** @param chart folder of the chart, our own copy */
    public record Request(Path chart, String name, String namespace, JsonNode values, Optional<Reuse> upgrade) {}

    private static final class Loaded {
        private static Optional<HelmLib> library = Optional.empty();
    }

    private final Path folder;
    private final ExecutorService worker = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("helm").daemon().factory());

    /** @param folder of our own, for what is unpacked; made when it is needed */
    public HelmLibrary(Path folder) {
        this.folder = folder;
    }

    /**
     * The release that an install or upgrade would record, in its {@code pending-} state; nothing is written anywhere.
     *
     * @throws ToolException {@code INVALID_INPUT} for a chart that does not render with these values; {@code CONFLICT}
     *     for a release that is not in a state to be installed or upgraded; {@code UNAVAILABLE} where there is no library
     *     for this platform; {@code LIMIT} when rendering takes too long
     */
    public Release render(Cluster cluster, Request request, Map<String, String> labels, Duration patience)
            throws InterruptedException {
        return new Release(Payload.read(payload(cluster, request, patience)), labels);
    }

    /** What Helm itself writes of it. */
    String payload(Cluster cluster, Request request, Duration patience) throws InterruptedException {
        try (ApiGate gate = new ApiGate(cluster)) {
            String kubeconfig = gate.kubeconfig(request.namespace());
            Optional<String> error = within(patience, () -> ran(kubeconfig, request, patience));
            return gate.taken().orElseThrow(() -> refused(request, error.orElse("it recorded no release")));
        } catch (IOException e) {
            throw ToolException.unavailable("charts cannot be rendered: " + e.getMessage(), e);
        }
    }

    private static ToolException refused(Request request, String error) {
        String said = new Confidential(request.values())
                .hide(error.replace(
                        request.chart().toString(),
                        request.chart().getFileName().toString()));
        String message = "Helm cannot render the chart for %s: %s".formatted(request.name(), said.strip());
        // The library tells what is wrong by its text alone.
        return said.contains("still in use")
                        || said.contains("in progress")
                        || said.contains("no deployed releases")
                        || said.contains("invalid ownership metadata")
                ? ToolException.conflict(message)
                : ToolException.invalidInput(message);
    }

    private <T> T within(Duration patience, Callable<T> work) throws InterruptedException {
        Future<T> future = worker.submit(work);
        try {
            return future.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            future.cancel(false);
            throw ToolException.limit(
                    "rendering took longer than %d s; the Helm library cannot be stopped, but it has lost the cluster now and will end by itself. Nothing was changed"
                            .formatted(patience.toSeconds()));
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case ToolException known -> throw known;
                case UncheckedIOException unread ->
                    throw ToolException.unavailable("the Helm library cannot be used: " + unread.getMessage(), unread);
                case LinkageError unlinked ->
                    throw ToolException.unavailable(
                            "the Helm library cannot be loaded: " + unlinked.getMessage(), unlinked);
                case Throwable other -> throw ToolException.internal("the Helm library failed", other);
            }
        }
    }

    /** @return what it complained about; always something, as its release is not recorded */
    private Optional<String> ran(String kubeconfig, Request request, Duration patience) throws Exception {
        HelmLib library = library();
        Path values = Files.createTempFile(
                request.chart().getParent(),
                "values",
                ".json",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (Signals _ = new Signals()) {
            Files.write(values, Json.bytes(request.values().isObject() ? request.values() : Json.object()));
            command(library, kubeconfig, request, values, (int) patience.toSeconds())
                    .call();
            return Optional.empty();
        } catch (IllegalStateException e) {
            // How the library says what is wrong.
            return Optional.ofNullable(e.getMessage());
        } finally {
            Files.deleteIfExists(values);
        }
    }

    private static Callable<?> command(HelmLib library, String kubeconfig, Request request, Path values, int seconds) {
        if (request.upgrade().isEmpty()) {
            return new InstallCommand(library, request.chart())
                    .withName(request.name())
                    .withNamespace(request.namespace())
                    .withKubeConfigContents(kubeconfig)
                    .withValuesFile(values)
                    .withTimeout(seconds)
                    .skipCrds()
                    .disableOpenApiValidation();
        }
        UpgradeCommand upgrade = new UpgradeCommand(library, request.chart())
                .withName(request.name())
                .withNamespace(request.namespace())
                .withKubeConfigContents(kubeconfig)
                .withValuesFile(values)
                .withTimeout(seconds)
                .skipCrds()
                .disableOpenApiValidation();
        return switch (request.upgrade().get()) {
            case RESET_THEN_REUSE -> upgrade.resetThenReuseValues();
            case REUSE -> upgrade.reuseValues();
            case RESET -> upgrade.resetValues();
        };
    }

    /** Loads it, on the first call. */
    HelmLib library() {
        NativeLibrary provider = require();
        synchronized (Loaded.class) {
            if (Loaded.library.isEmpty()) {
                Loaded.library = Optional.of(load(provider));
            }
            return Loaded.library.get();
        }
    }

    /**
     * Looks whether charts can be rendered here, and loads nothing.
     *
     * @throws ToolException {@code UNAVAILABLE} where they cannot
     */
    NativeLibrary require() {
        // Else the library would look for itself in a repository on the network.
        System.setProperty("com.marcnuri.jkube-helm.skipRemoteJar", "true");
        return Optional.ofNullable(NativeLibrary.serviceProviderLibrary(HelmLibrary.class.getClassLoader()))
                .filter(each -> isThisPlatform())
                .orElseThrow(
                        () -> ToolException.unavailable(
                                "charts can be rendered on Linux x86-64 only: the Helm library comes for no other platform; helm_releases, helm_rollback and helm_uninstall work everywhere"));
    }

    private static boolean isThisPlatform() {
        return System.getProperty("os.name").equals("Linux")
                && System.getProperty("os.arch").equals("amd64");
    }

    /** The file is gone from its folder once it is loaded: 98 MB that no crash leaves behind. */
    private HelmLib load(NativeLibrary provider) {
        try (InputStream in = provider.getClass().getResourceAsStream("/" + provider.getBinaryName())) {
            if (in == null) {
                throw ToolException.unavailable("the Helm library is missing in this package");
            }
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            System.setProperty("jna.tmpdir", folder.toString());
            Path file = Files.createTempFile(folder, "helm", ".so");
            try {
                try (var out = Files.newOutputStream(file)) {
                    in.transferTo(out);
                }
                return Native.load(file.toString(), HelmLib.class);
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        worker.shutdownNow();
    }
}
