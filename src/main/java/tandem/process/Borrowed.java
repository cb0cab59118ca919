package tandem.process;

import tandem.memory.Trace;

import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/// What stands in this process for something that a caller has lent to a call: a lambda, which runs
/// where it was made.
final class Borrowed implements InvocationHandler {
    private final Conversation conversation;
    private final Conversation.Served call;
    private final int number;
    private final Class<?> type;
    private final ClassLoader loader;

    private Borrowed(
            Conversation conversation,
            Conversation.Served call,
            int number,
            Class<?> type,
            ClassLoader loader) {
        this.conversation = conversation;
        this.call = call;
        this.number = number;
        this.type = type;
        this.loader = loader;
    }

    /// @param call for which it was lent
    static Object of(
            Conversation conversation,
            Conversation.Served call,
            int number,
            Class<?> type,
            ClassLoader loader) {
        return Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                new Borrowed(conversation, call, number, type, loader));
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
        if (method.getDeclaringClass() == Object.class) {
            return switch (method.getName()) {
                case "equals" -> proxy == arguments[0];
                case "hashCode" -> System.identityHashCode(proxy);
                default -> toString();
            };
        }
        if (method.isDefault() && type.getName().startsWith("java.")) {
            return InvocationHandler.invokeDefault(proxy, method, arguments);
        }
        if (call.isOver || !conversation.isOfThisThread()) {
            throw Trace.trim(
                    new IllegalStateException(
                            "%s can be called only by the thread of the call that it was given to, and until that is over: Manager.of(%s.class, …) makes one that lasts"
                                    .formatted(this, type.getSimpleName())));
        }
        Outcome outcome;
        try {
            outcome = conversation.call(number, type, method, arguments, loader);
        } catch (IOException e) {
            throw conversation.callees().lost("%s has ended".formatted(conversation.peerName()));
        }
        return Copies.unpack(
                method.getReturnType(),
                conversation.callees().open(outcome, method, conversation.peerName()));
    }

    @Override
    public String toString() {
        return "the %s of %s".formatted(type.getSimpleName(), conversation.peerName());
    }
}
