package tandem.process;

import com.sun.source.util.JavacTask;
import com.sun.source.util.Plugin;
import com.sun.source.util.TaskEvent;
import com.sun.source.util.TaskListener;

import tandem.launch.CompiledScript;
import tandem.session.Session;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import javax.lang.model.element.NestingKind;
import javax.lang.model.element.TypeElement;
import javax.tools.JavaFileObject;

/// Accompanies a script that is compiled in its worker's own JVM, as `java Script.java` does it: the
/// compiler there starts this plugin by itself. It watches the worker's parent, for the case that the
/// script never calls the kit, and takes note of what is compiled. In any other compiler it does
/// nothing.
public final class ScriptPlugin implements Plugin {
    /// For the compiler.
    public ScriptPlugin() {}

    @Override
    public String getName() {
        return "tandem";
    }

    @Override
    public boolean autoStart() {
        return System.getProperty(Session.WORKER_PROPERTY) != null;
    }

    @Override
    public void init(JavacTask task, String... arguments) {
        ParentWatch.start();
        task.addTaskListener(new Notes(task));
    }

    private static final class Notes implements TaskListener {
        private final JavacTask task;
        private final List<JavaFileObject> sources = new ArrayList<>();
        private final List<String> classes = new ArrayList<>();

        Notes(JavacTask task) {
            this.task = task;
        }

        @Override
        public void started(TaskEvent event) {
            if (event.getKind() == TaskEvent.Kind.ANALYZE && classes.isEmpty()) {
                TypeElement type = event.getTypeElement();
                if (type.getNestingKind() == NestingKind.TOP_LEVEL) {
                    add(type);
                }
            }
        }

        @Override
        public void finished(TaskEvent event) {
            switch (event.getKind()) {
                case PARSE -> sources.add(event.getSourceFile());
                case GENERATE -> add(event.getTypeElement());
                case COMPILATION -> note();
                default -> {}
            }
        }

        private void add(TypeElement type) {
            String name = task.getElements().getBinaryName(type).toString();
            if (!classes.contains(name)) {
                classes.add(name);
            }
        }

        private void note() {
            if (sources.size() == 1 && !classes.isEmpty()) {
                JavaFileObject source = sources.getFirst();
                try {
                    CompiledScript.note(
                            Path.of(source.toUri()),
                            source.getCharContent(true).toString().getBytes(StandardCharsets.UTF_8),
                            classes);
                } catch (IOException | IllegalArgumentException e) {
                    // It is compiled again at the next start.
                }
            }
        }
    }
}
