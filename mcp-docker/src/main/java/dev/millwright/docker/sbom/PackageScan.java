package dev.millwright.docker.sbom;

import dev.millwright.docker.archive.ArchivedImage;
import dev.millwright.docker.archive.ArchivedLayer;
import dev.millwright.docker.archive.LiveTree;
import dev.millwright.docker.sbom.Component.Distro;
import dev.millwright.docker.sbom.Component.Layer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Finds the packages of an image or a folder while its files come by, each once and in any order; layers too may come in
 * any order. Nothing that a file holds ends the scan: what cannot be read is told of in the result.
 */
public final class PackageScan {
    /** Which layer's file is the one seen in the end. */
    @FunctionalInterface
    interface Live {
        /** @param layer from 0, the lowest @param path without a slash in front */
        boolean isFrom(int layer, String path);
    }

    private static final int EXECUTABLE = 0111;

    /** So many files are read; no known image has a third of it. */
    private static final int MOST_FILES = 300_000;

    private final List<PackageReader> readers;
    private final Map<String, Map<String, Found>> byLayer = new HashMap<>();
    private int files;

    private PackageScan(List<PackageReader> readers) {
        this.readers = readers;
    }

    /** What is installed counts, not what lock files ask for. */
    public static PackageScan ofImage() {
        return new PackageScan(Readers.INSTALLED);
    }

    /** Lock files count as well as what is installed. */
    public static PackageScan ofFolder() {
        List<PackageReader> all = new ArrayList<>(Readers.LOCKED);
        all.addAll(Readers.INSTALLED);
        return new PackageScan(all);
    }

    /**
     * Whether the content of a regular file is needed.
     *
     * @param path from the root, without a slash in front
     * @param mode permission bits
     */
    public boolean wants(String path, int mode) {
        return reader(path, mode).isPresent();
    }

    private Optional<PackageReader> reader(String path, int mode) {
        for (PackageReader each : readers) {
            if (each.wants(path)) {
                return Optional.of(each);
            }
        }
        return (mode & EXECUTABLE) != 0 && Readers.PROGRAM.wants(path)
                ? Optional.of(Readers.PROGRAM)
                : Optional.empty();
    }

    /**
     * Reads a file that is wanted; what is left of the content is the caller's to skip.
     *
     * @param layer its layer's key in the archive; any text for a folder
     * @param size bytes
     */
    public void read(String layer, String path, int mode, long size, InputStream content) {
        Optional<PackageReader> reader = reader(path, mode);
        if (reader.isEmpty()) {
            return;
        }
        Found found = new Found(path);
        if (files++ >= MOST_FILES) {
            return;
        }
        try {
            reader.get().read(new SeenFile(path, size, content), found);
        } catch (IOException e) {
            found.problem(said(e));
        } catch (UncheckedIOException e) {
            found.problem(said(e.getCause()));
        } catch (RuntimeException e) {
            found.problem("it is damaged"); // a number in it leads out of it, or the like
        }
        if (!found.isEmpty()) {
            byLayer.computeIfAbsent(layer, key -> new TreeMap<>()).put(path, found);
        }
    }

    private static String said(IOException e) {
        String first = e.getMessage() == null
                ? "it ends early"
                : e.getMessage().lines().findFirst().orElse("");
        return first.length() > 300 ? first.substring(0, 300) + "…" : first;
    }

    /** What a folder holds. */
    public Sbom folder() {
        return new Reckoning(byLayer.values().stream().toList(), List.of(), (layer, path) -> true).sbom(overflow());
    }

    /** What an image holds, whose layers were read by their keys. @param tree its final files */
    public Sbom image(ArchivedImage image, LiveTree tree) {
        List<Layer> layers = new ArrayList<>();
        List<String> keys = new ArrayList<>();
        for (ArchivedLayer each : image.layers()) {
            layers.add(new Layer(each.index(), each.diffId().isEmpty() ? each.key() : each.diffId()));
            keys.add(each.key());
        }
        return image(
                layers,
                keys,
                (layer, path) -> tree.find(path)
                        .filter(live -> live.layer() == layer && live.entry().isFile())
                        .isPresent());
    }

    /** @param layers lowest first, each read by the key at its place */
    Sbom image(List<Layer> layers, List<String> keys, Live live) {
        List<Map<String, Found>> told =
                keys.stream().map(key -> byLayer.getOrDefault(key, Map.of())).toList();
        return new Reckoning(told, layers, live).sbom(overflow());
    }

    private List<Sbom.Problem> overflow() {
        return files > MOST_FILES
                ? List.of(new Sbom.Problem(
                        "/", "more than " + MOST_FILES + " files tell of packages; the rest is left out"))
                : List.of();
    }

    /** @param told by layer, lowest first */
    private record Reckoning(List<Map<String, Found>> told, List<Layer> layers, Live live) {
        Sbom sbom(List<Sbom.Problem> more) {
            Set<String> owned = new HashSet<>();
            List<Sbom.Problem> problems = new ArrayList<>(more);
            Optional<Distro> distro = Optional.empty();
            int rank = Integer.MAX_VALUE;
            for (int i = 0; i < told.size(); i++) {
                for (Map.Entry<String, Found> each : told.get(i).entrySet()) {
                    if (live.isFrom(i, each.getKey())) {
                        Found found = each.getValue();
                        owned.addAll(found.owned());
                        found.problems().forEach(what -> problems.add(new Sbom.Problem("/" + each.getKey(), what)));
                        if (found.distro().isPresent() && OsRelease.rank(each.getKey()) < rank) {
                            rank = OsRelease.rank(each.getKey());
                            distro = found.distro();
                        }
                    }
                }
            }
            return new Sbom(distro, components(owned, distro), problems);
        }

        /** Of packages found in several places, that of the lowest layer. */
        private List<Component> components(Set<String> owned, Optional<Distro> distro) {
            Map<List<Object>, Component> all = new HashMap<>();
            for (int i = 0; i < told.size(); i++) {
                for (Map.Entry<String, Found> each : told.get(i).entrySet()) {
                    if (live.isFrom(i, each.getKey())) {
                        boolean known = owned.contains(Readers.plain(each.getKey())) || isUnneeded(i, each.getKey());
                        for (Component component : each.getValue().components()) {
                            if (component.ecosystem().ofDistro() || !known) {
                                Component placed = placed(component, i, each.getKey());
                                Component whole = distro.isPresent()
                                                && component.ecosystem().ofDistro()
                                        ? placed.in(distro.get())
                                        : placed;
                                all.merge(
                                        List.of(component.ecosystem(), component.fullName(), component.version()),
                                        whole,
                                        Reckoning::lower);
                            }
                        }
                    }
                }
            }
            return all.values().stream().sorted(Sbom.ORDER).toList();
        }

        /** Versions in go.sum are of all that was ever looked at; go.mod beside it tells those in use. */
        private boolean isUnneeded(int layer, String path) {
            return (path.equals("go.sum") || path.endsWith("/go.sum"))
                    && told.get(layer).containsKey(path.substring(0, path.length() - 3) + "mod");
        }

        private static Component lower(Component one, Component other) {
            int first = one.layer().map(Layer::index).orElse(0);
            int second = other.layer().map(Layer::index).orElse(0);
            int order = first == second
                    ? one.path().orElse("").compareTo(other.path().orElse(""))
                    : Integer.compare(first, second);
            return order <= 0 ? one : other;
        }

        /** Each layer that installs something writes the whole list anew: a package is from where it was in it first. */
        private Component placed(Component component, int layer, String path) {
            int bringer = layer;
            for (int i = layer - 1; i >= 0; i--) {
                Found before = told.get(i).get(path);
                if (before != null && before.components().contains(component)) {
                    bringer = i;
                } else if (before != null) {
                    break;
                }
            }
            return layers.isEmpty() ? component : component.broughtBy(layers.get(bringer));
        }
    }
}
