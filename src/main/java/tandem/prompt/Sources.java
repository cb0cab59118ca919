package tandem.prompt;

import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// The folders in which JShell looks for the sources of what Tab Tab is asked about: Tandem's, and then
/// those that it knows itself, the modules in the JDK's `src.zip`.
///
/// JShell has no option for this. It has a field for its own tests, which takes the place of the folders
/// that it finds; where a JDK has none, or `--add-opens` is missing, Tab Tab knows the JDK alone. The zip
/// file is opened when documentation is asked for, and not before: the prompt does not wait for it.
final class Sources extends AbstractList<Path> {
    private static final String ANALYSIS = "jdk.jshell.SourceCodeAnalysisImpl";
    private static final String FIELD = "availableSourcesOverride";

    private final Path own;
    private List<Path> all;

    private Sources(Path own) {
        this.own = own;
    }

    /// @param own the folder of Tandem's sources
    static void tell(Path own) {
        try {
            Field field = Class.forName(ANALYSIS).getDeclaredField(FIELD);
            if (field.trySetAccessible()) {
                field.set(null, new Sources(own));
            }
        } catch (ReflectiveOperationException e) {
            // Another JDK, which does it in another way.
        }
    }

    private synchronized List<Path> all() {
        if (all == null) {
            all = new ArrayList<>(List.of(own));
            Path zip = Path.of(System.getProperty("java.home"), "lib", "src.zip");
            try {
                // Open as long as the prompt is.
                FileSystem modules = FileSystems.newFileSystem(zip);
                try (Stream<Path> folders = Files.list(modules.getPath("/"))) {
                    all.addAll(folders.toList());
                }
            } catch (IOException e) {
                // A JDK may come without its sources.
            }
        }
        return all;
    }

    @Override
    public Path get(int index) {
        return all().get(index);
    }

    @Override
    public int size() {
        return all().size();
    }
}
