package tandem.shapes;

import java.util.List;

/// Values of the JDK's types that fields and variables hold. In `make`, `%d` stands for a small
/// number. What is seen of a set or map without an order is put in one.
final class Values {
    private static final List<Value> ALL =
            List.of(
                    new Value("int", "%d", "$", "$ += 7;"),
                    new Value("long", "%dL << 33", "$", "$ -= 5;"),
                    new Value("double", "%d / 8.0", "$", "$ *= 3;"),
                    new Value("float", "%d / 4f", "$", "$ += 0.5f;"),
                    new Value("boolean", "%d > 50", "$", "$ = !$;"),
                    new Value("char", "(char) ('A' + %d %% 26)", "$", "$++;"),
                    new Value("byte", "(byte) %d", "$", "$++;"),
                    new Value("short", "(short) (%d * 100)", "$", "$++;"),
                    new Value("String", "\"s\" + %d", "$", "$ += \"!\";"),
                    new Value("String", "null", "$", "$ = \"now\";"),
                    new Value("Integer", "%d * 1000", "$", "$++;"),
                    new Value("Long", "%dL", "$", "$--;"),
                    new Value("Double", "%d + 0.25", "$", "$ = -$;"),
                    new Value("Character", "'q'", "$", "$ = 'r';"),
                    new Value("Boolean", "%d > 50", "$", "$ = !$;"),
                    new Value(
                            "Object",
                            "new Object[] {%d, \"x\", null}",
                            "Arrays.deepToString((Object[]) $)",
                            "((Object[]) $)[2] = \"set\";"),
                    new Value("int[]", "{%d, 2, 3}", "Arrays.toString($)", "$[1]++;"),
                    new Value("long[]", "new long[] {%d, -1}", "Arrays.toString($)", "$[0] = 9;"),
                    new Value("double[]", "{0.5, %d}", "Arrays.toString($)", "$[0] += 1;"),
                    new Value(
                            "boolean[]",
                            "new boolean[] {true, false, true}",
                            "Arrays.toString($)",
                            "$[1] = true;"),
                    new Value("char[]", "\"text%d\".toCharArray()", "new String($)", "$[0] = 'T';"),
                    new Value(
                            "byte[]",
                            "new byte[] {1, -1, (byte) %d}",
                            "Arrays.toString($)",
                            "$[0]--;"),
                    new Value(
                            "int[][]",
                            "{{%d}, {}, {4, 5}}",
                            "Arrays.deepToString($)",
                            "$[2][1]++;"),
                    new Value(
                            "String[]",
                            "{\"a\", null, \"c%d\"}",
                            "Arrays.toString($)",
                            "$[1] = \"b\";"),
                    new Value(
                            "Object[][]",
                            "new Object[][] {{%d, 'c'}, null}",
                            "Arrays.deepToString($)",
                            "$[1] = new Object[] {1L};"),
                    new Value("List<Integer>", "new ArrayList<>(List.of(%d, 2))", "$", "$.add(3);"),
                    new Value("List<String>", "List.of(\"u\", \"v%d\")", "$", "$ = List.of();"),
                    new Value(
                            "List<String>",
                            "Arrays.asList(\"u\", \"v%d\")",
                            "$",
                            "$.set(0, \"w\");"),
                    new Value(
                            "List<Integer>",
                            "new LinkedList<>(List.of(%d))",
                            "$",
                            "$.addFirst(0);"),
                    new Value(
                            "List<Integer>",
                            "Collections.unmodifiableList(new ArrayList<>(List.of(%d)))",
                            "$",
                            ""),
                    new Value(
                            "List<Integer>",
                            "Collections.synchronizedList(new ArrayList<>(List.of(%d)))",
                            "$",
                            "$.add(1);"),
                    new Value(
                            "List<Integer>",
                            "new java.util.concurrent.CopyOnWriteArrayList<>(List.of(%d))",
                            "$",
                            "$.add(1);"),
                    new Value(
                            "Map<String, Integer>",
                            "new HashMap<>(Map.of(\"k\", %d))",
                            "new TreeMap<>($)",
                            "$.put(\"m\", 1);"),
                    new Value(
                            "Map<String, Integer>",
                            "Map.of(\"k\", %d, \"l\", 2)",
                            "new TreeMap<>($)",
                            "$ = Map.of();"),
                    new Value(
                            "Map<Integer, String>",
                            "new LinkedHashMap<>(Map.of(%d, \"z\"))",
                            "$",
                            "$.put(0, \"y\");"),
                    new Value(
                            "Map<String, List<Integer>>",
                            "new TreeMap<>(Map.of(\"k\", List.of(%d)))",
                            "$",
                            "$.put(\"a\", List.of());"),
                    new Value(
                            "Map<String, Integer>",
                            "new java.util.concurrent.ConcurrentHashMap<>(Map.of(\"k\", %d))",
                            "$",
                            "$.merge(\"k\", 5, Integer::sum);"),
                    new Value(
                            "Set<String>",
                            "new HashSet<>(Set.of(\"one\", \"two%d\"))",
                            "new TreeSet<>($)",
                            "$.remove(\"one\");"),
                    new Value("Set<Integer>", "Set.of(%d)", "$", "$ = Set.of(1);"),
                    new Value(
                            "Set<Integer>",
                            "new LinkedHashSet<>(List.of(9, %d, 1))",
                            "$",
                            "$.add(-1);"),
                    new Value(
                            "SortedSet<String>",
                            "new TreeSet<>(Comparator.reverseOrder())",
                            "$",
                            "$.addAll(List.of(\"a\", \"b\"));"),
                    new Value(
                            "Deque<Integer>",
                            "new ArrayDeque<>(List.of(1, %d))",
                            "$",
                            "$.push(3);"),
                    new Value(
                            "PriorityQueue<Integer>",
                            "new PriorityQueue<>(List.of(5, %d))",
                            "$.peek()",
                            "$.add(0);"),
                    new Value(
                            "EnumMap<Thread.State, String>",
                            "new EnumMap<>(Map.of(Thread.State.NEW, \"n%d\"))",
                            "$",
                            "$.put(Thread.State.BLOCKED, \"b\");"),
                    new Value(
                            "EnumSet<Thread.State>",
                            "EnumSet.of(Thread.State.RUNNABLE)",
                            "$",
                            "$.add(Thread.State.NEW);"),
                    new Value("BitSet", "BitSet.valueOf(new long[] {%d})", "$", "$.flip(1);"),
                    new Value("StringBuilder", "new StringBuilder(\"b%d\")", "$", "$.append('+');"),
                    new Value(
                            "java.math.BigInteger",
                            "java.math.BigInteger.TWO.pow(%d)",
                            "$",
                            "$ = $.negate();"),
                    new Value(
                            "java.math.BigDecimal",
                            "new java.math.BigDecimal(\"%d.50\")",
                            "$",
                            "$ = $.negate();"),
                    new Value(
                            "java.time.LocalDate",
                            "java.time.LocalDate.of(2024, 2, 29).plusDays(%d)",
                            "$",
                            "$ = $.plusDays(1);"),
                    new Value(
                            "java.time.Duration",
                            "java.time.Duration.ofSeconds(%d)",
                            "$",
                            "$ = $.plusMillis(1);"),
                    new Value(
                            "java.time.Instant",
                            "java.time.Instant.ofEpochSecond(%d)",
                            "$",
                            "$ = $.plusMillis(1);"),
                    new Value(
                            "java.time.format.DateTimeFormatter",
                            "java.time.format.DateTimeFormatter.ISO_LOCAL_DATE",
                            "$.format(java.time.LocalDate.of(2020, 1, 2))",
                            ""),
                    new Value(
                            "java.time.format.DateTimeFormatter",
                            "java.time.format.DateTimeFormatter.ofPattern(\"EEE d.MM 'at' %d\")",
                            "$.format(java.time.LocalDate.of(2020, 1, 2))",
                            ""),
                    new Value(
                            "Slice",
                            "Array.of(\"i\", new int[] {1, %d}).slice(0, 2)",
                            "$ + \" \" + $.toInts()[1]",
                            "$.toInts()[0]++;"),
                    new Value(
                            "java.lang.reflect.Method",
                            "String.class.getMethods()[%d %% 10]",
                            "$.getName()",
                            ""),
                    new Value(
                            "List<Integer>",
                            "Collections.synchronizedList(new LinkedList<>(List.of(%d)))",
                            "$",
                            "$.add(1);"),
                    new Value(
                            "java.util.concurrent.locks.ReentrantLock",
                            "new java.util.concurrent.locks.ReentrantLock(%d > 50)",
                            "$.isFair() + \" \" + $.isLocked()",
                            ""),
                    new Value(
                            "java.util.logging.Logger",
                            "java.util.logging.Logger.getLogger(\"log%d\")",
                            "$.getName()",
                            ""),
                    new Value(
                            "ThreadLocal<String>",
                            "ThreadLocal.withInitial(() -> \"t%d\")",
                            "$.get()",
                            "$.set(\"set\");"),
                    new Value(
                            "java.util.concurrent.atomic.AtomicInteger",
                            "new java.util.concurrent.atomic.AtomicInteger(%d)",
                            "$",
                            "$.incrementAndGet();"),
                    new Value(
                            "java.util.concurrent.atomic.AtomicReference<String>",
                            "new java.util.concurrent.atomic.AtomicReference<>(\"r%d\")",
                            "$",
                            "$.set(\"other\");"),
                    new Value(
                            "java.util.concurrent.atomic.LongAdder",
                            "new java.util.concurrent.atomic.LongAdder()",
                            "$.sum()",
                            "$.add(4);"),
                    new Value(
                            "java.util.concurrent.atomic.AtomicIntegerArray",
                            "new java.util.concurrent.atomic.AtomicIntegerArray(new int[] {%d, 1})",
                            "$",
                            "$.incrementAndGet(1);"),
                    new Value(
                            "Optional<String>",
                            "Optional.of(\"o%d\")",
                            "$",
                            "$ = Optional.empty();"),
                    new Value(
                            "Optional<String>",
                            "Optional.empty()",
                            "$ + \" \" + ((Object) $ == Optional.empty())",
                            ""),
                    new Value("OptionalInt", "OptionalInt.of(%d)", "$", "$ = OptionalInt.empty();"),
                    new Value(
                            "java.nio.file.Path",
                            "java.nio.file.Path.of(\"/tmp\", \"f%d\")",
                            "$",
                            "$ = $.getParent();"),
                    new Value("UUID", "new UUID(%d, 2)", "$", ""),
                    new Value("Locale", "Locale.FRANCE", "$", "$ = Locale.ROOT;"),
                    new Value(
                            "java.util.regex.Pattern",
                            "java.util.regex.Pattern.compile(\"a+%d\")",
                            "$.pattern()",
                            ""),
                    new Value("java.net.URI", "java.net.URI.create(\"x:y%d\")", "$", ""),
                    new Value("Random", "new Random(%d)", "$.nextInt(1000)", "$.nextInt();"),
                    new Value(
                            "Map.Entry<String, Integer>",
                            "Map.entry(\"e\", %d)",
                            "$",
                            "$ = new AbstractMap.SimpleEntry<>(\"f\", 1);"),
                    new Value("Class<?>", "int[].class", "$.getSimpleName()", "$ = String.class;"),
                    new Value(
                            "Thread.State",
                            "Thread.State.WAITING",
                            "$ + \" \" + ($ == Thread.State.WAITING)",
                            "$ = Thread.State.NEW;"),
                    new Value("Object", "new Object()", "$.getClass().getSimpleName()", ""),
                    new Value("Object", "(Object) List.of(%d, 'x')", "$", "$ = 5;"),
                    new Value(
                            "Comparator<String>",
                            "Comparator.<String>naturalOrder().reversed()",
                            "$.compare(\"a\", \"b\")",
                            ""),
                    new Value(
                            "Comparator<Map.Entry<String, Integer>>",
                            "Map.Entry.comparingByKey()",
                            "$.compare(Map.entry(\"a\", 1), Map.entry(\"b\", 0))",
                            ""),
                    new Value("Number", "(Number) %d", "$", "$ = 2.5;"));

    private Values() {}

    /// Any of them.
    static Value any(Draft draft) {
        Value value = ALL.get(draft.below(ALL.size()));
        return new Value(
                value.type(), value.make().formatted(draft.number()), value.show(), value.change());
    }
}
