package fexwallet.load

import fexwallet.FexWallet
import fexwallet.WalletConfiguration
import fexwallet.WalletException
import java.io.File
import java.nio.file.Files
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.atomic.LongAdder
import kotlin.concurrent.thread
import kotlin.random.Random
import kotlin.system.exitProcess
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.supervisorScope
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock

private const val THREADS = 8
private const val AT_ONCE = 32

/** A wallet that anybody closes, and whoever finds it closed opens again. */
private class Slot(folder: File) {
    // Nobody is there: what is asked is answered from the disk.
    private val configuration = WalletConfiguration(folder.path, "http://127.0.0.1:9", "http://127.0.0.1:9/auth")
    private val lock = Mutex()
    @Volatile var wallet: FexWallet? = null
    var openings = 0

    suspend fun reopen(closed: FexWallet?): FexWallet = lock.withLock {
        wallet?.takeIf { it !== closed } ?: run {
            closed?.close()
            openings += 1
            FexWallet.open(configuration).also { wallet = it }
        }
    }
}

/**
 * Eight threads ask one wallet at once, cancel and close at random. Each answer has to be that of its request. Prints
 * how fast it was and what the process keeps in memory; exit code 1 where an answer is wrong or missing.
 */
fun main(arguments: Array<String>) {
    val messages = arguments.firstOrNull()?.toInt() ?: 200_000
    val folder = Files.createTempDirectory("fexwallet").toFile()
    val slot = Slot(File(folder, "wallet"))
    val counts = ConcurrentHashMap<String, LongAdder>()
    val faults = ConcurrentLinkedQueue<Throwable>()
    val begun = System.nanoTime()
    val kept = List(5) { part ->
        val threads = List(THREADS) { number ->
            thread {
                try {
                    val choices = Random(part * THREADS + number)
                    runBlocking { ask(slot, choices, "$part-$number", messages / 5 / THREADS, counts) }
                } catch (fault: Throwable) {
                    faults += fault
                }
            }
        }
        threads.forEach { it.join() }
        System.gc()
        memory()
    }
    val seconds = (System.nanoTime() - begun) / 1_000_000_000
    slot.wallet?.close()
    folder.deleteRecursively()
    println("${counts.values.sumOf { it.sum() }} messages from $THREADS threads in $seconds s: $counts")
    println("opened ${slot.openings} times")
    println("in memory after each fifth: ${kept.joinToString(" ")} MB")
    faults.forEach { it.printStackTrace() }
    if (faults.isNotEmpty()) exitProcess(1)
}

/** Sends so many requests, some at once, and counts what they came to. */
private suspend fun ask(
    slot: Slot,
    choices: Random,
    name: String,
    messages: Int,
    counts: ConcurrentHashMap<String, LongAdder>,
) = supervisorScope {
    fun count(what: String) = counts.computeIfAbsent(what) { LongAdder() }.increment()
    var wallet = slot.reopen(null)
    for (first in 0 until messages step AT_ONCE) {
        val asked = (first until minOf(first + AT_ONCE, messages)).map { number ->
            val merchant = "m-$name-$number"
            async(Dispatchers.Default) {
                val answer = wallet.approvalsUnmute(merchant).merchant
                check(answer == merchant) { "$merchant was answered with $answer" }
            }
        }
        asked.shuffled(choices).take(asked.size / 4).forEach { it.cancel() }
        if (choices.nextDouble() < 0.005) wallet.close()
        var isClosed = false
        for (request in asked) {
            try {
                request.await()
                count("answered")
            } catch (_: CancellationException) {
                count("cancelled")
            } catch (error: WalletException) {
                if (error.code != "closed" && error.code != "cancelled") throw error
                count("closed")
                isClosed = true
            }
        }
        if (isClosed) wallet = slot.reopen(wallet)
    }
}

/** What the process keeps in memory, in MB. */
private fun memory(): Long =
    File("/proc/self/statm").readText().split(" ")[1].toLong() * 4096 / (1 shl 20)
