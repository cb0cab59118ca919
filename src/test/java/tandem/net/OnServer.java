package tandem.net;

import static org.junit.jupiter.api.extension.ConditionEvaluationResult.disabled;
import static org.junit.jupiter.api.extension.ConditionEvaluationResult.enabled;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

import redis.clients.jedis.Protocol.Command;

import tandem.Tandem;
import tandem.net.Link.Channel;
import tandem.net.Link.Errand;
import tandem.session.Joined;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.List;

/// Runs the tests of a class with all that they make on a server, which the classes of a JVM have in
/// common: the same behaviour in both spaces.
public final class OnServer implements BeforeAllCallback, AfterAllCallback, ExecutionCondition {
    /// Of a test about what only a file of this machine has, or what only this machine can promise.
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.METHOD)
    public @interface Not {
        /// Why.
        String value();
    }

    /// Ends with this process.
    private static final class Common {
        static final Server SERVER = Server.start(Server.Plan.USUAL);
    }

    static Server server() {
        return Common.SERVER;
    }

    /// Whether a process waits at a side of an object.
    ///
    /// @param side as the server calls it
    public static boolean isWaitedFor(Served object, char side) {
        return size("v" + side + object.id(), Command.ZCARD) > 0;
    }

    /// How many rows an object has.
    public static long rows(Served object) {
        return size("f" + object.id(), Command.HLEN);
    }

    /// How many have a share of a read-write lock, or wait for one.
    public static long shares(Served lock) {
        return rows(lock) + size("y" + lock.id(), Command.LLEN);
    }

    /// How many wait for a lock.
    public static long waiters(Served lock) {
        return size("q" + lock.id(), Command.LLEN);
    }

    /// How many wait for an event.
    public static long listeners(Served event) {
        return size("w" + event.id(), Command.HLEN);
    }

    private static long size(String key, Command command) {
        Errand look = new Errand("a look", false);
        try (Link keeper = Common.SERVER.keeper()) {
            Channel channel = keeper.take();
            List<?> keys =
                    (List<?>)
                            keeper.command(
                                    channel,
                                    look,
                                    Command.KEYS,
                                    Link.ascii("{t}????????????????????????????????" + key));
            return keys.isEmpty()
                    ? 0
                    : (Long) keeper.command(channel, look, command, (byte[]) keys.getFirst());
        }
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        if (!Server.isInstalled()) {
            return disabled("neither valkey-server nor redis-server is on the PATH");
        }
        return context.getTestMethod()
                .map(method -> method.getAnnotation(Not.class))
                .map(not -> disabled(not.value()))
                .orElseGet(() -> enabled("on a server"));
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        Joined.set(Common.SERVER.code("127.0.0.1").text(), true);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        Tandem.leave();
    }
}
