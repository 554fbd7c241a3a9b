import { useEffect, useState } from "react";
import { createRoot } from "react-dom/client";
import { useForm } from "react-hook-form";

const state = (window.state = { doubles: 0, left: 0 });

/** A state of React that the page notes under a name. */
function useNoted(name, initial) {
  const [value, set] = useState(initial);
  state[name] = value;
  return [value, set];
}

function Field({ name, initial = "", format = (text) => text, ...rest }) {
  const [value, set] = useNoted(name, initial);
  return <label>{name} <input id={name} value={value} onChange={(event) => set(format(event.target.value))} {...rest} /></label>;
}

function Box() {
  const [agree, set] = useNoted("agree", false);
  return <label id="agree-label"><input id="agree" type="checkbox" checked={agree} onChange={(event) => set(event.target.checked)} /> I agree to everything</label>;
}

function Radios() {
  const [pay, set] = useNoted("pay", "");
  return ["card", "bank"].map((each) => (
    <label key={each}><input id={each} name="pay" type="radio" checked={pay === each} onChange={() => set(each)} /> {each}</label>
  ));
}

function Plan() {
  const [plan, set] = useNoted("plan", "free");
  return <select id="plan" value={plan} onChange={(event) => set(event.target.value)}><option value="free">Free</option><option value="pro">Pro</option></select>;
}

function Notes() {
  const [notes, set] = useNoted("notes", "Line one MARK-104\nline two");
  return <textarea id="notes" rows="4" value={notes} onChange={(event) => set(event.target.value)} />;
}

/** What is typed is taken when the field is left. */
function Lazy() {
  const [, set] = useNoted("lazy", "");
  return <label>lazy <input id="lazy" onBlur={(event) => set(event.target.value)} /></label>;
}

function Menu() {
  const [open, setOpen] = useNoted("menu", false);
  const [, setItem] = useNoted("item", 0);
  const leave = () => { state.left += 1; setOpen(false); };
  return (
    <div id="menu" onMouseEnter={() => setOpen(true)} onMouseLeave={leave} style={{ background: "#eee", width: 160 }}>
      Menu{open && <button id="item" onClick={() => setItem((count) => count + 1)}>Item</button>}
    </div>
  );
}

function Board() {
  const click = ({ clientX, clientY, currentTarget, shiftKey, ctrlKey, altKey, button, detail }) => {
    const { left, top } = currentTarget.getBoundingClientRect();
    state.at = [Math.round(clientX - left), Math.round(clientY - top)];
    state.click = [shiftKey, ctrlKey, altKey, button, detail];
  };
  const context = (event) => { event.preventDefault(); state.context = event.button; };
  return <div id="board" onClick={click} onDoubleClick={() => (state.doubles += 1)} onContextMenu={context} style={{ background: "#dde", height: 100 }} />;
}

function Keys() {
  const down = ({ key, code, nativeEvent, shiftKey }) => { state.codes = [key, code, nativeEvent.keyCode, nativeEvent.which, shiftKey]; };
  return <label>keys <input id="keys" onKeyDown={down} /></label>;
}

function Hook() {
  const { register, handleSubmit, formState: { errors } } = useForm({ mode: "onTouched" });
  state.errors = Object.keys(errors);
  return (
    <form onSubmit={handleSubmit((values) => { state.sent = values; })}>
      <label>city <input id="city" {...register("city", { required: true })} /></label>
      <label>zip <input id="zip" {...register("zip", { pattern: /^\d{5,6}$/ })} /></label>
      <button id="submit">Send</button> {errors.city && <p>Required</p>}
    </form>
  );
}

const digits = (text) => text.replace(/\D/g, "").slice(0, 10);
function phone(text) {
  const all = digits(text);
  if (all.length < 4) return all;
  return all.length < 7 ? `(${all.slice(0, 3)}) ${all.slice(3)}` : `(${all.slice(0, 3)}) ${all.slice(3, 6)}-${all.slice(6)}`;
}

function App() {
  useEffect(() => {
    const listen = (event) => {
      if (event.ctrlKey && event.key === "k") { event.preventDefault(); state.palette = true; }
    };
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, []);
  return (
    <>
      <Field name="first" initial="Lovelace MARK-103" />
      <Field name="mail" type="text" />
      <Field name="memo" />
      <Field name="code" maxLength={4} />
      <Lazy />
      <Field name="phone" format={phone} />
      <Field name="count" type="number" initial="1" />
      <Field name="date" type="date" />
      <Field name="range" type="range" initial="50" style={{ width: 240 }} />
      <Notes />
      <div><Radios /></div>
      <Box />
      <Plan />
      <Menu />
      <Board />
      <Keys />
      <Hook />
    </>
  );
}

createRoot(document.getElementById("app")).render(<App />);
