package tandem.view;

import tandem.Shared;
import tandem.memory.Arguments;

import java.time.Duration;

/// What a person sees at the prompt: `help()`, and what processes share: `top()` and `watch(a)`. These
/// only draw, and read no keys; `scripts/tandem top` in a second terminal does both.
///
/// ```java
/// var a = Array.of("i", 30);
/// var p = spawn(x -> { for (int i = 0; i < 30; i++) x.add(i, i); }, a);
/// watch(a, seconds(1));
/// top();
/// ```
public final class View {
    private View() {}

    /// Prints what there is to type, on one screen, each line of which can be typed.
    public static void help() {
        System.out.print(Help.TEXT);
    }

    /// Prints what the doc comments say about one thing, with an example that can be typed.
    ///
    /// ```java
    /// help("spawn");
    /// help(Array.class);
    /// ```
    ///
    /// @param what a name like `"spawn"` or `"Array.slice"`, a class, or a shared object or a worker
    public static void help(Object what) {
        System.out.print(Help.about(Arguments.required(what, "what help is wanted for")));
    }

    /// Prints who shares what in the user's sessions, who holds it and who waits. Takes half a second,
    /// from which it has the rates.
    public static void top() {
        System.out.print(Top.text(Window.now().columns()));
    }

    /// Draws a shared object while workers use it, in place at a terminal: the elements of an array, who
    /// holds a lock, who waits. It lasts until no worker of this process runs any more or Ctrl-C is
    /// typed, after which the workers go on. What it reads is not guarded by the object's lock. Without
    /// a terminal it prints the last state, once.
    ///
    /// @throws IllegalStateException when the object is closed
    /// @throws tandem.sync.UncheckedInterruptedException when interrupted meanwhile
    public static void watch(Shared object) {
        new Watch(object).run(null);
    }

    /// As [#watch(Shared)], for at most a time. When no worker of this process runs at its beginning,
    /// it lasts for all of that time.
    ///
    /// @throws IllegalStateException when the object is closed
    /// @throws tandem.sync.UncheckedInterruptedException when interrupted meanwhile
    public static void watch(Shared object, Duration time) {
        new Watch(object).run(Arguments.required(time, "the time"));
    }
}
