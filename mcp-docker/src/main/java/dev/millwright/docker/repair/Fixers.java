package dev.millwright.docker.repair;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which finding is fixed how, in the order that lets one fix help the next. */
public final class Fixers {
    private static final Map<String, Fixer> ALL = new LinkedHashMap<>();

    /** What a rule tells only after a fix of another: of {@code apt} and {@code npm i} no more is looked at. */
    private static final Map<String, Set<String>> REVEALS = Map.of(
            "DL3027", Set.of("DL3008", "DL3014", "DL3015", "DL3005"),
            "NpmInstallWithLock", Set.of("CacheMountMissing", "CopyAllBeforeInstall"));

    /** Where the fix of one finding does away with those after it. */
    private static final Set<String> ONE_FOR_MANY = Set.of("DL3045", "DL4006");

    static {
        ALL.put("ConsistentInstructionCasing", InstructionFixes::casing);
        ALL.put("FromAsCasing", InstructionFixes::asCasing);
        ALL.put("StageNameCasing", InstructionFixes::lower);
        ALL.put("NoEmptyContinuation", InstructionFixes::emptyLines);
        ALL.put("LegacyKeyValueFormat", InstructionFixes::keyValue);
        ALL.put("DL4000", InstructionFixes::maintainer);
        ALL.put("MaintainerDeprecated", InstructionFixes::maintainer);
        ALL.put("DL3020", InstructionFixes::copy);
        ALL.put("DL3021", InstructionFixes::folder);
        ALL.put("DL3000", InstructionFixes::workdir);
        ALL.put("WorkdirRelativePath", InstructionFixes::workdir);
        for (String each : List.of("DL4003", "DL4004", "DL3012", "MultipleInstructionsDisallowed")) {
            ALL.put(each, InstructionFixes::dead);
        }
        ALL.put("DL3004", CommandFixes::sudo);
        ALL.put("DL3027", CommandFixes::apt);
        ALL.put("AptUpdateAlone", RunFixes::updateAlone);
        ALL.put("DL3014", CommandFixes.flag("-y", "install"));
        ALL.put("DL3042", CommandFixes.flag("--no-cache-dir", "install"));
        ALL.put("DL3046", CommandFixes.flag("-l"));
        ALL.put("DL3019", CommandFixes.flag("--no-cache", "add"));
        String[] installs = {"install", "groupinstall", "localinstall", "reinstall"};
        ALL.put("DL3030", CommandFixes.flag("-y", installs));
        ALL.put("DL3038", CommandFixes.flag("-y", installs));
        ALL.put("DL3034", CommandFixes.flag("--non-interactive"));
        ALL.put("NpmInstallWithLock", CommandFixes::ci);
        ALL.put("DL3003", RunFixes::workdir);
        ALL.put("DL3059", RunFixes::merge);
        ALL.put("DL3009", CommandFixes::aptLists);
        ALL.put("DL3032", CommandFixes.clean("clean all"));
        ALL.put("DL3040", CommandFixes.clean("clean all"));
        ALL.put("DL3036", CommandFixes.clean("clean"));
        ALL.put("DL3060", CommandFixes.clean("cache clean"));
        ALL.put("DL3015", CommandFixes::noRecommends);
        ALL.put("DL3047", CommandFixes::wget);
        // Before another shell is set: with one an array runs without it.
        ALL.put("DL3025", InstructionFixes::exec);
        ALL.put("JSONArgsRecommended", InstructionFixes::exec);
        ALL.put("DL4006", RunFixes::pipefail);
        ALL.put("DL3045", InstructionFixes::relativeCopy);
        ALL.put("DL3006", ImageFixes::pin);
        ALL.put("DL3007", ImageFixes::pin);
        for (String each : List.of("DL3065", "RedundantTargetPlatform", "DL3029", "FromPlatformFlagConstDisallowed")) {
            ALL.put(each, ImageFixes::platform);
        }
        ALL.put("ExposeProtoCasing", InstructionFixes::lower);
        ALL.put("DL3057", ImageFixes::health);
        ALL.put("DL3002", ImageFixes::user);
        ALL.put("UserMissing", ImageFixes::user);
    }

    private Fixers() {}

    /** The codes whose findings can be fixed, in the order they are. */
    public static List<String> codes() {
        return List.copyOf(ALL.keySet());
    }

    static Fixer of(String code) {
        Fixer found = ALL.get(code);
        if (found == null) {
            throw new IllegalArgumentException("no fix of " + code);
        }
        return found;
    }

    static boolean oneForMany(String code) {
        return ONE_FOR_MANY.contains(code);
    }

    static boolean reveals(String fixed, String found) {
        return REVEALS.getOrDefault(fixed, Set.of()).contains(found);
    }
}
