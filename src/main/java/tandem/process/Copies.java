package tandem.process;

import java.io.Serializable;
import java.lang.reflect.Method;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.ListIterator;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.Spliterator;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/// Copies of what Java's collections give out only as views of themselves: key sets, parts of lists,
/// iterators, streams. A view would be of the collection that another thread of another process is just
/// about to change; a copy is of one moment, and takes one call. It cannot be changed, as that would
/// change nothing else.
public final class Copies {
    private Copies() {}

    /// What is to be sent of what a method has returned.
    public static Object pack(Method method, Object value) {
        return switch (value) {
            case ListIterator<?> iterator -> new Object[] {iterator.nextIndex(), all(iterator)};
            case Iterator<?> iterator when method.getReturnType() == Iterator.class ->
                    rest(iterator);
            case Spliterator<?> rest when method.getReturnType() == Spliterator.class -> rest(rest);
            case Stream<?> stream -> frozen(stream.toList());
            case IntStream stream -> stream.toArray();
            case LongStream stream -> stream.toArray();
            case DoubleStream stream -> stream.toArray();
            case Map.Entry<?, ?> entry when !(entry instanceof Serializable) -> frozen(entry);
            case Object view when isView(method, view) -> copy(method.getReturnType(), view);
            case null, default -> value;
        };
    }

    /// What the caller gets of it.
    ///
    /// @param type what the method returns
    public static Object unpack(Class<?> type, Object packed) {
        if (packed == null) {
            return null;
        }
        if (type == Iterator.class && packed instanceof List<?> list) {
            return list.iterator();
        }
        if (type == ListIterator.class && packed instanceof Object[] parts) {
            return ((List<?>) parts[1]).listIterator((Integer) parts[0]);
        }
        if (type == Spliterator.class && packed instanceof List<?> list) {
            return list.spliterator();
        }
        if (type == Stream.class && packed instanceof List<?> list) {
            return list.stream();
        }
        if (type == IntStream.class) {
            return Arrays.stream((int[]) packed);
        }
        if (type == LongStream.class) {
            return Arrays.stream((long[]) packed);
        }
        return type == DoubleStream.class ? Arrays.stream((double[]) packed) : packed;
    }

    /// What is to be sent of an argument.
    static Object ofArgument(Object argument) {
        return argument != null && isOfJava(argument) && !(argument instanceof Serializable)
                ? copy(argument.getClass(), argument)
                : argument;
    }

    private static boolean isOfJava(Object object) {
        return object.getClass().getName().startsWith("java.");
    }

    private static boolean isView(Method method, Object value) {
        Class<?> type = method.getReturnType();
        boolean isOfCollections = method.getDeclaringClass().getName().startsWith("java.");
        return isOfJava(value)
                && (isOfCollections || !(value instanceof Serializable))
                && (Iterable.class.isAssignableFrom(type) || Map.class.isAssignableFrom(type));
    }

    /// @param type what the copy is to be, where that is possible
    private static Object copy(Class<?> type, Object view) {
        Object copy =
                switch (view) {
                    case SortedMap<?, ?> map when SortedMap.class.isAssignableFrom(type) ->
                            Collections.unmodifiableNavigableMap(new TreeMap<>(map));
                    case Map<?, ?> map ->
                            Collections.unmodifiableSequencedMap(new LinkedHashMap<>(map));
                    case SortedSet<?> set when SortedSet.class.isAssignableFrom(type) ->
                            Collections.unmodifiableNavigableSet(new TreeSet<>(set));
                    case Set<?> set ->
                            Collections.unmodifiableSequencedSet(new LinkedHashSet<>(frozen(set)));
                    case Collection<?> collection -> frozen(collection);
                    default -> view;
                };
        return type.isInterface() && !type.isInstance(copy) ? view : copy;
    }

    private static List<?> rest(Iterator<?> iterator) {
        List<Object> rest = new ArrayList<>();
        iterator.forEachRemaining(rest::add);
        return frozen(rest);
    }

    private static List<?> rest(Spliterator<?> elements) {
        List<Object> rest = new ArrayList<>();
        elements.forEachRemaining(rest::add);
        return frozen(rest);
    }

    private static List<?> all(ListIterator<?> iterator) {
        while (iterator.hasPrevious()) {
            iterator.previous();
        }
        return rest((Iterator<?>) iterator);
    }

    private static List<?> frozen(Collection<?> elements) {
        List<Object> frozen = new ArrayList<>(elements.size());
        for (Object element : elements) {
            frozen.add(
                    element instanceof Map.Entry<?, ?> entry && isOfJava(entry)
                            ? frozen(entry)
                            : element);
        }
        return Collections.unmodifiableList(frozen);
    }

    private static Map.Entry<?, ?> frozen(Map.Entry<?, ?> entry) {
        return new AbstractMap.SimpleImmutableEntry<>(entry);
    }
}
