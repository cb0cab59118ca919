import static tandem.Tandem.*;

import tandem.*;

/// Three worker processes and one shared array: the first one holds the lock for all of its
/// rounds, the other two take it for each access alone.
///
/// `scripts/tandem examples/WorkABC.java [rounds]`, 10 000 rounds unless given
void main(String[] args) {
    int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 10_000;
    var a = Array.of("i", 3, true); // 3个长度的只能保存整型的数组

    var p1 = named("1 号进程").spawn(script("WorkA"), a, rounds);
    var p2 = named("2 号进程").spawn(script("WorkB"), a, rounds);
    var p3 = named("3 号进程").spawn(script("WorkC"), a, rounds);

    p1.join();
    p2.join();
    p3.join();
    IO.println("-------------------");
    IO.println("父进程:" + a.slice());
}
