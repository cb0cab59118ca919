package tandem.launch;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// What the command line of this JVM decides for code, so that a worker's says the same: the size of
/// stacks, assertions, preview features, what modules open, and the properties that are read at the
/// start. (Properties that a program may change go with each job; memory and debuggers are this JVM's
/// own.)
final class OwnOptions {
    private static final Set<String> WITH_VALUE =
            Set.of("--add-opens", "--add-exports", "--add-reads", "--add-modules");

    /// Options of which the next argument is a part too.
    private static final Set<String> OTHERS_WITH_VALUE =
            Set.of(
                    "-cp",
                    "-classpath",
                    "--class-path",
                    "-p",
                    "--module-path",
                    "--upgrade-module-path",
                    "--limit-modules",
                    "--enable-native-access",
                    "--source",
                    "-m",
                    "--module");

    private static final String[] FOR_CODE = {
        "-Xss",
        "-XX:ThreadStackSize=",
        "-ea",
        "-da",
        "-esa",
        "-dsa",
        "-enableassertions",
        "-disableassertions",
        "-enablesystemassertions",
        "-disablesystemassertions",
        "--enable-preview",
        "-Dfile.encoding=",
        "-Djava.",
        "-Djdk.",
        "-Dsun."
    };

    /// What a worker's command line says itself, and what JShell's says for what is typed there.
    private static final String[] NOT_FOR_WORKERS = {
        "-Djava.class.path", "-Djdk.module.main", "-Djdk.console=", "--add-exports=jdk.jshell/"
    };

    private OwnOptions() {}

    /// In the order in which they stand. (Modules of a module path are on a worker's class path.)
    static List<String> get() {
        return Cached.OPTIONS;
    }

    private static final class Cached {
        static final List<String> OPTIONS =
                ProcessHandle.current()
                        .info()
                        .arguments()
                        .map(arguments -> of(List.of(arguments)))
                        .orElse(List.of());
    }

    /// @param arguments of a `java`, up to those of its program
    static List<String> of(List<String> arguments) {
        List<String> options = new ArrayList<>();
        boolean hasOwnModules = false;
        for (int i = 0; i < arguments.size() && arguments.get(i).startsWith("-"); i++) {
            String one = arguments.get(i);
            if (WITH_VALUE.contains(one) && i + 1 < arguments.size()) {
                options.add(one + "=" + arguments.get(++i));
            } else if (OTHERS_WITH_VALUE.contains(one)) {
                hasOwnModules |= one.equals("-p") || one.equals("--module-path");
                i++;
            } else if (isForCode(one)) {
                options.add(one);
            }
            hasOwnModules |= one.startsWith("--module-path=");
        }
        if (hasOwnModules) {
            options.removeIf(option -> option.startsWith("--add-modules"));
        }
        return options;
    }

    private static boolean isForCode(String option) {
        return (begins(option, FOR_CODE) || WITH_VALUE.contains(option.replaceFirst("=.*", "")))
                && !begins(option, NOT_FOR_WORKERS);
    }

    private static boolean begins(String option, String[] beginnings) {
        for (String beginning : beginnings) {
            if (option.startsWith(beginning)) {
                return true;
            }
        }
        return false;
    }
}
