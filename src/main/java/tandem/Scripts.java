package tandem;

/// The worker scripts that come with the kit, in its folder `scripts`: names for the prompt of
/// JShell. (An import costs it nothing; a variable for each would cost a hundred milliseconds.)
///
/// ```java
/// spawn(workA, Array.of("i", 3), 1).join();
/// ```
public final class Scripts {
    public static final Script workA = new Script("WorkA");
    public static final Script workB = new Script("WorkB");
    public static final Script workC = new Script("WorkC");
    public static final Script eat = new Script("Eat");
    public static final Script drink = new Script("Drink");
    public static final Script play = new Script("Play");
    public static final Script toilet = new Script("Toilet");
    public static final Script counter = new Script("Counter");

    private Scripts() {}
}
