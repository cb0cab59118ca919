import module java.base;

import java.util.spi.ToolProvider;

/// The folders whose Java files are looked at.
static final List<String> ROOTS =
        List.of(
                "src/main/java",
                "src/test/java",
                "src/bench",
                "src/chaos",
                "src/shapes",
                "src/stress/java",
                "src/build",
                "src/pictures",
                "scripts",
                "examples");

/// Checks or formats the project's Java sources with google-java-format.
///
/// The build starts it: `mvn -q validate` checks, `mvn -q validate -Dformat=apply` formats.
/// Doc comments keep the text they have.
void main(String[] args) throws IOException {
    var apply = args.length == 1 && args[0].equals("apply");
    if (!apply && !(args.length == 1 && args[0].equals("check"))) {
        System.err.println("usage: Format.java check|apply");
        System.exit(2);
    }
    var command = new ArrayList<>(List.of("--aosp", "--skip-javadoc-formatting"));
    command.addAll(apply ? List.of("--replace") : List.of("--dry-run", "--set-exit-if-changed"));
    for (var root : ROOTS) {
        if (Files.isDirectory(Path.of(root))) {
            try (var paths = Files.walk(Path.of(root))) {
                paths.map(Path::toString)
                        .filter(name -> name.endsWith(".java"))
                        .sorted()
                        .forEach(command::add);
            }
        }
    }
    var formatter = ToolProvider.findFirst("google-java-format").orElseThrow();
    var status = formatter.run(System.out, System.out, command.toArray(String[]::new));
    if (status != 0 && !apply) {
        System.out.println(
                "The files above are not formatted; mvn -q validate -Dformat=apply does it.");
    }
    System.exit(status);
}
