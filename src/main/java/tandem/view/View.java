package tandem.view;

import tandem.Array;
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

    /// Draws the elements of an array while workers change them, in place at a terminal, until no
    /// worker of this process runs any more or Ctrl-C is typed, after which the workers go on. What
    /// it reads is not guarded by the array's lock. Without a terminal it prints the last state, once.
    ///
    /// @throws IllegalStateException when the array is closed
    /// @throws tandem.sync.UncheckedInterruptedException when interrupted meanwhile
    public static void watch(Array array) {
        new Watch(array).run(null);
    }

    /// As [#watch(Array)], for at most a time. When no worker of this process runs at its beginning,
    /// it lasts for all of that time.
    ///
    /// @throws IllegalStateException when the array is closed
    /// @throws tandem.sync.UncheckedInterruptedException when interrupted meanwhile
    public static void watch(Array array, Duration time) {
        new Watch(array).run(Arguments.required(time, "the time"));
    }
}
