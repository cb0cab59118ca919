package tandem.lesson;

import tandem.prompt.Prompt;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// `scripts/tandem lesson`: lists the lessons, leads through one at the prompt, or goes through some by itself
/// and compares.
public final class Lessons {
    /// Before the number of a word that stands behind `lesson` on the command line.
    private static final String WORD = "tandem.lesson.";

    /// Where the lessons are.
    private static final String FOLDER = System.getProperty("tandem.lessons");

    private static final String TERMINAL = System.getProperty("tandem.prompt");

    private static final int COLUMNS = 80;

    private Language language = Language.ofUser();
    private boolean isAuto;
    private final List<String> chosen = new ArrayList<>();

    private Lessons() {}

    /// @param options of `jshell`
    public static void main(String[] options) throws Exception {
        int code;
        try {
            code = new Lessons().run(options);
        } catch (IllegalArgumentException | IllegalStateException e) {
            System.err.println("tandem: " + e.getMessage());
            code = 1;
        }
        System.exit(code);
    }

    private int run(String[] options) throws Exception {
        for (String word : words()) {
            switch (word) {
                case "--auto" -> isAuto = true;
                case "--zh" -> language = Language.CHINESE;
                case "--en" -> language = Language.ENGLISH;
                default -> chosen.add(word);
            }
        }
        if (isAuto) {
            return rehearse(options);
        }
        if (chosen.isEmpty()) {
            list();
            return 0;
        }
        if (chosen.size() > 1) {
            throw new IllegalArgumentException(
                    "one lesson at a time, not %d, is gone through at the prompt; --auto takes several"
                            .formatted(chosen.size()));
        }
        Path file = file(chosen.getFirst());
        if (TERMINAL == null) {
            System.out.print(Files.readString(file));
            return 0;
        }
        return Prompt.guided(options, new Tutor(language, from(file)));
    }

    private static List<String> words() {
        List<String> words = new ArrayList<>();
        for (int i = 1; System.getProperty(WORD + i) != null; i++) {
            words.add(System.getProperty(WORD + i));
        }
        return words;
    }

    private void list() {
        for (Path file : files()) {
            System.out.println(Lesson.read(file).title());
        }
        System.out.println(
                language.of(
                        "scripts/tandem lesson 1 begins with the first one.",
                        "scripts/tandem lesson 1 从第一课开始。"));
    }

    private int rehearse(String[] options) throws Exception {
        List<Lesson> lessons =
                (chosen.isEmpty() ? files() : chosen.stream().map(this::file).toList())
                        .stream().map(Lesson::read).toList();
        PrintStream report =
                new PrintStream(
                        new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        // The pages show what JShell says in English.
        Locale.setDefault(Locale.ENGLISH);
        Rehearsal rehearsal = new Rehearsal(lessons, report);
        Stream<String> withoutTerminal =
                Stream.of(options).filter(option -> !option.startsWith("-R-Dtandem.prompt="));
        int code =
                Prompt.rehearsed(
                        Stream.concat(withoutTerminal, Stream.of("-R-Dtandem.color=always"))
                                .toArray(String[]::new),
                        rehearsal,
                        rehearsal.typed());
        return rehearsal.wentWell() ? code : 1;
    }

    /// A lesson and those that follow it; a file of the user's own stands alone.
    private List<Lesson> from(Path file) {
        List<Path> files = files();
        int index = files.indexOf(file);
        return (index < 0 ? List.of(file) : files.subList(index, files.size()))
                .stream().map(Lesson::read).toList();
    }

    private Path file(String name) {
        if (!name.matches("\\d{1,3}")) {
            return Path.of(name);
        }
        List<Path> files = files();
        int number = Integer.parseInt(name);
        if (number < 1 || number > files.size()) {
            throw new IllegalArgumentException(
                    "there is no lesson %d: they are 1 to %d".formatted(number, files.size()));
        }
        return files.get(number - 1);
    }

    private List<Path> files() {
        Path folder = language == Language.CHINESE ? Path.of(FOLDER, "zh") : Path.of(FOLDER);
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().matches("\\d\\d-.*\\.md"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
