package tandem.process;

import com.sun.source.util.JavacTask;
import com.sun.source.util.TaskEvent;
import com.sun.source.util.TaskListener;

import java.util.ArrayList;
import java.util.List;

import javax.lang.model.element.NestingKind;
import javax.lang.model.element.TypeElement;
import javax.tools.JavaFileObject;

/// What a compiler reads and makes, as it tells it.
final class CompiledTypes implements TaskListener {
    private final JavacTask task;
    private final List<JavaFileObject> sources = new ArrayList<>();
    private final List<String> names = new ArrayList<>();

    CompiledTypes(JavacTask task) {
        this.task = task;
    }

    /// The one file that it has read; null when there were others, or nothing was made.
    JavaFileObject source() {
        return sources.size() == 1 && !names.isEmpty() ? sources.getFirst() : null;
    }

    /// The names of the classes, the main class first.
    List<String> names() {
        return names;
    }

    @Override
    public void started(TaskEvent event) {
        if (event.getKind() == TaskEvent.Kind.ANALYZE && names.isEmpty()) {
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
            default -> {}
        }
    }

    private void add(TypeElement type) {
        String name = task.getElements().getBinaryName(type).toString();
        if (!names.contains(name)) {
            names.add(name);
        }
    }
}
