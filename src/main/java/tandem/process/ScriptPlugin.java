package tandem.process;

import com.sun.source.util.JavacTask;
import com.sun.source.util.Plugin;

import tandem.memory.Session;

/// Watches the parent of a script that never calls the kit: `java Script.java` compiles the script in
/// the worker's own JVM, and the compiler starts this plugin by itself. In any other compiler it
/// does nothing.
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
    }
}
