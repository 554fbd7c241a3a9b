import { useState } from "react";
import { createRoot } from "react-dom/client";
import styled, { ThemeProvider, createGlobalStyle, css, keyframes } from "styled-components";
import { css as emotionCss, Global } from "@emotion/react";
import emotion from "@emotion/styled";

window.state = {};
const THEMES = { light: { back: "#fff", text: "#222", main: "#0a6" }, dark: { back: "#123", text: "#eee", main: "#fc3" } };

const Page = createGlobalStyle`body { margin: 0; font: 16px/1.5 sans-serif; background: ${({ theme }) => theme.back}; color: ${({ theme }) => theme.text} }`;
const grow = keyframes`from { width: 20px } to { width: 240px }`;
const Bar = styled.div`height: 20px; width: 240px; animation: ${grow} 0.2s both; background: linear-gradient(90deg, ${({ theme }) => theme.main}, transparent)`;
const Button = styled.button.attrs({ type: "button" })`
  border: 2px solid ${({ theme }) => theme.main}; border-radius: 6px; padding: 8px 20px; background: none; color: inherit; font: inherit;
  ${({ $wide }) => $wide && css`width: 300px; box-shadow: 0 4px 12px rgb(0 0 0 / 40%);`}
  &:not(:last-child) { margin-right: 10px } & + & { border-style: dashed }
`;
const Card = emotion.section(({ raised }) => ({
  margin: 16, padding: 16, borderRadius: 12, border: "1px solid #888", position: "relative", boxShadow: raised ? "0 10px 30px #0006" : "none",
  "& > h2": { margin: 0, fontSize: 22 }, "&::after": { content: '"→"', position: "absolute", right: 16, top: 16 },
  "@media (min-width: 600px)": { display: "grid", gridTemplateColumns: "1fr 1fr", gap: 12 },
}));

function App() {
  const [acted, setActed] = useState(false);
  window.act = () => setActed(true);
  return (
    <ThemeProvider theme={THEMES[acted ? "dark" : "light"]}>
      <Page />
      <Global styles={emotionCss`h1 { letter-spacing: 3px; text-transform: uppercase; margin: 16px }`} />
      <h1 id="title">Styles</h1>
      <Card id="card" raised={acted}><h2>Emotion</h2><p id="text">An object of styles</p></Card>
      <Card id="styled"><div><Button id="one" $wide={acted}>One</Button><Button id="two">Two</Button></div><Bar id="bar" /></Card>
      {Array.from({ length: acted ? 60 : 20 }, (_each, at) => <Dot key={at} at={at} />)}
      <p id="end">The end</p>
    </ThemeProvider>
  );
}

const Round = styled.i`display: inline-block; width: 30px; height: 30px; margin: 30px; border-radius: 50%; background: hsl(${({ $hue }) => $hue} 70% 50%)`;
function Dot({ at }) { return <Round id={`dot-${at}`} $hue={at * 6} />; }

createRoot(document.getElementById("app")).render(<App />);
