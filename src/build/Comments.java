import module jdk.compiler;

import module java.base;
import module java.compiler;

import javax.lang.model.element.Modifier;
import javax.tools.ToolProvider;

/// Writes what `help("…")` prints: the doc comments of what users type, as they stand in the sources.
///
/// Each type, method and constructor is one entry: a form feed, its name (`Array`, `Array.slice`), a
/// tab, its declaration, and the comment from the next line on.
///
/// The build starts it: `java Comments.java SOURCES FILE`, with the folder of the sources and the file
/// that is written.
/// The public types of the package `tandem`, and these:
static final List<String> OTHERS =
        List.of(
                "tandem/sync/DeadlockException.java",
                "tandem/sync/UncheckedInterruptedException.java",
                "tandem/view/View.java");

void main(String[] args) throws IOException {
    var sources = Path.of(args[0]);
    var compiler = ToolProvider.getSystemJavaCompiler();
    var text = new StringBuilder();
    try (var files = compiler.getStandardFileManager(null, null, null);
            var own = Files.newDirectoryStream(sources.resolve("tandem"), "[A-Z]*.java")) {
        var paths = new TreeSet<>(OTHERS.stream().map(sources::resolve).toList());
        own.forEach(paths::add);
        var units = files.getJavaFileObjectsFromPaths(paths);
        var task = (JavacTask) compiler.getTask(null, files, null, null, null, units);
        var entries = new Entries(DocTrees.instance(task), text);
        task.parse().forEach(unit -> entries.scan(unit, null));
    }
    var file = Path.of(args[1]);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
}

static final class Entries extends TreePathScanner<Void, Void> {
    private final DocTrees trees;
    private final StringBuilder text;
    private String type;

    Entries(DocTrees trees, StringBuilder text) {
        this.trees = trees;
        this.text = text;
    }

    @Override
    public Void visitClass(ClassTree tree, Void unused) {
        var name = tree.getSimpleName().toString();
        if (type != null) {
            if (tree.getKind() == Tree.Kind.RECORD) {
                add(type + "." + name, tree.getModifiers(), "class " + type + "." + name);
            }
        } else if (tree.getModifiers().getFlags().contains(Modifier.PUBLIC)) {
            type = name;
            var above = tree.getExtendsClause();
            add(
                    name,
                    tree.getModifiers(),
                    "class " + name + (above == null ? "" : " extends " + above));
            super.visitClass(tree, null);
            type = null;
        }
        return null;
    }

    @Override
    public Void visitMethod(MethodTree tree, Void unused) {
        if (tree.getName().contentEquals("toString")) {
            return null;
        }
        var isConstructor = tree.getReturnType() == null;
        var name = isConstructor ? "new " + type : tree.getName().toString();
        var declaration =
                tree.getParameters().stream()
                        .map(Entries::parameter)
                        .collect(
                                Collectors.joining(
                                        ", ",
                                        (isConstructor ? "" : tree.getReturnType() + " ")
                                                + name
                                                + "(",
                                        ")"));
        add(type + "." + name, tree.getModifiers(), declaration);
        return null;
    }

    private static String parameter(VariableTree parameter) {
        var isOpen = parameter.toString().contains("...");
        var kind = parameter.getType().toString();
        return (isOpen ? kind.replaceFirst("\\[]$", "...") : kind) + " " + parameter.getName();
    }

    private void add(String name, ModifiersTree modifiers, String declaration) {
        var comment = trees.getDocComment(getCurrentPath());
        if (comment != null && modifiers.getFlags().contains(Modifier.PUBLIC)) {
            text.append('\f').append(name).append('\t');
            text.append(declaration.replace("Code.", "")).append('\n');
            text.append(comment.strip()).append('\n');
        }
    }
}
