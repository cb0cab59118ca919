import static tandem.Tandem.*;

import tandem.*;

/// Two processes add to one element, each in two steps: it reads, and then it writes. What happens
/// depends on who moves when:
///
/// `scripts/tandem step examples/LostUpdate.java --schedule 1122` loses nothing, and `1221` loses an update.
void main() {
    var a = Array.of("i", List.of(5), false).named("a");
    named("1 号进程").spawn(x -> x.set(0, x.get(0) + 1), a);
    named("2 号进程").spawn(x -> x.set(0, x.get(0) + 2), a);
    joinAll();
    IO.println("5 + 1 + 2 = " + a.get(0));
}
