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
        CompiledTypes types = new CompiledTypes(task);
        task.addTaskListener(types);
        task.addTaskListener(
                new TaskListener() {
                    @Override
                    public void finished(TaskEvent event) {
                        if (event.getKind() == TaskEvent.Kind.COMPILATION) {
                            note(types);
                        }
                    }
                });
    }

    private static void note(CompiledTypes types) {
        JavaFileObject source = types.source();
        if (source == null) {
            return;
        }
        try {
            CompiledScript.note(
                    Path.of(source.toUri()),
                    source.getCharContent(true).toString().getBytes(StandardCharsets.UTF_8),
                    types.names());
        } catch (IOException | IllegalArgumentException e) {
            // It is compiled again at the next start.
        }
    }
}
