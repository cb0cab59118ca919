import tandem.Array
import tandem.Call
import tandem.Code
import tandem.Event
import tandem.Held
import tandem.Lock
import tandem.Script
import tandem.Shared
import tandem.Slice
import tandem.Spawner
import tandem.Tandem
import tandem.WaitTimeoutException
import tandem.Worker
import tandem.WorkerException
import tandem.sync.DeadlockException
import tandem.sync.UncheckedInterruptedException
import static tandem.Tandem.*
import static tandem.view.View.top
import static tandem.view.View.watch

Script workA = script("WorkA"), workB = script("WorkB"), workC = script("WorkC"),
    eat = script("Eat"), drink = script("Drink"), play = script("Play"), toilet = script("Toilet"),
    counter = script("Counter")
prestart(2)
